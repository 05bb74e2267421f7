//! Which answers queries ask for, remembered: reading a query takes longer than finding its answer.

use std::{cell::RefCell, collections::HashMap};

use super::Name;

/// The longest query that is remembered, in bytes; pages of blogs are named by shorter ones.
const LONGEST: usize = 512;

/// How many queries are remembered. One more, and all are forgotten: strangers can make up as many
/// as they like, and reading one anew costs little.
const MOST: usize = 1024;

/// Queries that clients of one worker have sent to one endpoint.
#[derive(Debug, Default)]
pub struct KnownQueries(RefCell<HashMap<Box<str>, Name>>);

impl KnownQueries {
    /// The name of the answer that `query` asks for, which `read` finds out when it is not known.
    /// It must depend on nothing else. What cannot be read is not remembered.
    pub fn name<E>(&self, query: &str, read: impl FnOnce() -> Result<Name, E>) -> Result<Name, E> {
        if let Some(&name) = self.0.borrow().get(query) {
            return Ok(name);
        }
        let name = read()?;
        if query.len() <= LONGEST {
            let mut known = self.0.borrow_mut();
            if known.len() == MOST {
                known.clear();
            }
            known.insert(query.into(), name);
        }
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::{super::tests::cache, *};

    #[test]
    fn a_query_is_read_once() {
        let (queries, cache) = (KnownQueries::default(), cache());
        let name = |page: u32| cache.name("/a", page);
        let ask = |query: &str, page| queries.name(query, || Ok::<_, Infallible>(name(page)));
        assert_eq!(ask("page=1", 1), Ok(name(1)));
        assert_eq!(ask("page=2", 2), Ok(name(2)));
        assert_eq!(ask("page=1", 3), Ok(name(1)), "known");
        let long = "x".repeat(LONGEST + 1);
        assert_eq!(ask(&long, 1), Ok(name(1)));
        assert_eq!(ask(&long, 2), Ok(name(2)), "read again");
    }

    #[test]
    fn what_cannot_be_read_is_not_remembered() {
        let (queries, cache) = (KnownQueries::default(), cache());
        assert_eq!(queries.name("page=1", || Err("unreadable")), Err("unreadable"));
        let name = cache.name("/a", 1);
        assert_eq!(queries.name("page=1", || Ok::<_, Infallible>(name)), Ok(name));
    }

    #[test]
    fn only_so_many_are_remembered() {
        let (queries, cache) = (KnownQueries::default(), cache());
        for number in 0..3 * MOST {
            let name = cache.name("/a", number);
            assert_eq!(queries.name(&number.to_string(), || Ok::<_, Infallible>(name)), Ok(name));
            assert!(queries.0.borrow().len() <= MOST);
        }
    }
}
