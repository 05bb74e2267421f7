-- Nineteen reads of one page, then a comment; every hundredth comment is on that page.
local PAGE = "/mixed/"
local read

function request()
  local name, number = next_name()
  if count % 20 ~= 0 then
    read = read or wrk.format("GET", "/api/comments?post_slug=/mixed/&limit=50&nested=true",
      { ["Accept-Encoding"] = "gzip" })
    return read
  end
  return submit(count % 2000 == 0 and PAGE or other_page(number / 20), name)
end
