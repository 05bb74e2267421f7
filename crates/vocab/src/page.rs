//! Slices of long lists.

/// Which slice of a list is wanted: a page number counted from 1, and its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PageRequest {
    number: u32,
    size: u32,
}

impl PageRequest {
    /// Page `number` of pages holding `size` items each; zero is raised to one.
    pub const fn new(number: u32, size: u32) -> Self {
        Self {
            number: if number == 0 { 1 } else { number },
            size: if size == 0 { 1 } else { size },
        }
    }

    /// The page's number, from 1.
    pub const fn number(self) -> u32 {
        self.number
    }

    /// How many items a full page holds, at least 1.
    pub const fn size(self) -> u32 {
        self.size
    }

    /// How many items come before this page.
    pub const fn offset(self) -> u64 {
        (self.number as u64 - 1) * self.size as u64
    }

    /// How many pages `items` fill; 0 when there is nothing.
    pub const fn pages(self, items: u64) -> u64 {
        items.div_ceil(self.size as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_pages() {
        let request = PageRequest::new(3, 20);
        assert_eq!(request.offset(), 40);
        assert_eq!(request.pages(0), 0);
        assert_eq!(request.pages(20), 1);
        assert_eq!(request.pages(21), 2);
    }

    #[test]
    fn the_largest_request_does_not_overflow() {
        let request = PageRequest::new(u32::MAX, u32::MAX);
        assert_eq!(request.offset(), 18_446_744_060_824_649_730);
    }
}
