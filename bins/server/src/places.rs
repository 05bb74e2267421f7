//! Where in a file something was found, again and again.

/// How many places are named.
const NAMED: usize = 5;

/// Numbers of items or lines, counted from 1, of which the first few are named.
#[derive(Debug, Default)]
pub struct Places {
    count: u64,
    first: Vec<u64>,
}

impl Places {
    /// One more.
    pub fn add(&mut self, number: u64) {
        self.count += 1;
        if self.first.len() < NAMED {
            self.first.push(number);
        }
    }

    /// How many there are.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// `7 (item 1, 2, 3, 4, 5, …)`, where each is an `item`.
    pub fn shown(&self, item: &str) -> String {
        let numbers: Vec<String> = self.first.iter().map(u64::to_string).collect();
        let more = if self.count > self.first.len() as u64 { ", …" } else { "" };
        format!("{} ({item} {}{more})", self.count, numbers.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_five_are_named() {
        let mut places = Places::default();
        (1..=5).for_each(|number| places.add(number));
        assert_eq!(places.shown("line"), "5 (line 1, 2, 3, 4, 5)");
        places.add(9);
        assert_eq!(
            (places.count(), places.shown("line").as_str()),
            (6, "6 (line 1, 2, 3, 4, 5, …)")
        );
    }
}
