-- New comments on a thousand pages.
function request()
  local name, number = next_name()
  return submit(other_page(number), name)
end
