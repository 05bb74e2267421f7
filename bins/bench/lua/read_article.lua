-- A thousand articles, read by 65 536 visitors.
function request()
  local name, number = next_name()
  return wrk.format("POST", "/api/readmore/browse/add", {
    ["Content-Type"] = "application/json",
    ["X-Forwarded-For"] = visitor(number),
  }, string.format(
    '{"probability":1,"blogId":"bench","url":"https://blog.example%s%s","title":"An article","tag":1}',
    other_page(number), name))
end
