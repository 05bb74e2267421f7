-- A thousand pages, each like by another visitor.
function request()
  local name, number = next_name()
  local page = other_page(number)
  return post("/api/like", string.format(
    '{"postSlug":"%s","postTitle":"A page","postUrl":"https://blog.example%s"}', page, page), name)
end
