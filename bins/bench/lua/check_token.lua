-- The token that stands in the address, checked for 65 536 visitors.
local plain_init = init
local token

function init(args)
  plain_init(args)
  token = wrk.path:sub(2)
end

function request()
  local _, number = next_name()
  return wrk.format("POST", "/api/readmore/token/validate", {
    ["Content-Type"] = "application/json",
    ["X-Forwarded-For"] = visitor(number),
  }, string.format('{"token":"%s","blogId":"bench"}', token))
end
