-- Pages that report themselves: a thousand of them, seen by 65 536 visitors.
function request()
  local _, number = next_name()
  return wrk.format("GET", "/pub/statistic/", {
    ["Referer"] = "https://blog.example" .. other_page(number),
    ["X-Forwarded-For"] = visitor(number),
  })
end
