-- Likes of the talks whose ids stand in the address, by 65 536 visitors; who comes again takes it back.
local plain_init = init
local ids = {}

function init(args)
  plain_init(args)
  for id in wrk.path:gmatch("[%x-]+") do
    if #id == 36 then ids[#ids + 1] = id end
  end
end

function request()
  local _, number = next_name()
  return wrk.format("POST", "/pub/like_talk/", {
    ["Content-Type"] = "application/x-www-form-urlencoded",
    ["X-Forwarded-For"] = visitor(number),
  }, "id=" .. ids[1 + number % #ids])
end
