-- Visits of a thousand pages.
function request()
  local _, number = next_name()
  local page = "https://blog.example" .. other_page(number)
  return post("/api/analytics/visit", string.format(
    '{"postSlug":"%s","postTitle":"A page","postUrl":"%s"}', page, page))
end
