-- Every request comes from another client address; every tenth visitor likes the page. The first
-- number to count from is the second argument.
local plain_init = init

function init(args)
  plain_init(args)
  offset = tonumber(args[2])
end

function request()
  local name, number = next_name()
  local n = offset + number
  local headers = {
    ["Content-Type"] = "application/json",
    ["X-Forwarded-For"] = string.format(
      "10.%d.%d.%d", math.floor(n / 65536) % 256, math.floor(n / 256) % 256, n % 256),
  }
  local path = n % 10 == 0 and "/api/like" or "/api/analytics/visit"
  return wrk.format("POST", path, headers, '{"postSlug":"/visited/","postUrl":null}')
end
