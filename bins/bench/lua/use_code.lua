-- Codes given to 65 536 visitors, each used as soon as it is there: half of the requests give one.
local codes = {}

function request()
  local _, number = next_name()
  local headers = {
    ["Content-Type"] = "application/json",
    ["X-Forwarded-For"] = visitor(number),
  }
  local code = table.remove(codes)
  if code then
    local typed = string.format('{"code":"%s","blogId":"bench"}', code)
    return wrk.format("POST", "/api/readmore/captcha/validate", headers, typed)
  end
  return wrk.format("POST", "/api/readmore/captcha/generate", headers, '{"blogId":"bench"}')
end

function response(_, _, body)
  local code = body:match('"code":"(%d+)"')
  if code then codes[#codes + 1] = code end
end
