//! How much memory the process has.

use std::{fs::File, os::unix::fs::FileExt as _};

/// Tells how much memory the process has, where the system does (Linux).
///
/// The engine's own limits are not enough: it checks values, not their sum, and some ways in which
/// a value grows not at all. Memory of this process is what the limits are there for, so it is
/// what is measured.
#[derive(Debug)]
pub(crate) struct Gauge(Option<Statm>);

#[derive(Debug)]
struct Statm {
    file: File,
    page: u64,
}

impl Gauge {
    /// Opens what is to be read.
    pub(crate) fn open() -> Self {
        let file = File::open("/proc/self/statm").ok();
        Self(file.and_then(|file| Some(Statm { file, page: page_bytes()? })))
    }

    /// The bytes of memory in use; `None` when the system does not tell. One system call.
    pub(crate) fn resident(&self) -> Option<u64> {
        let statm = self.0.as_ref()?;
        let mut buffer = [0; 128];
        let length = statm.file.read_at(&mut buffer, 0).ok()?;
        let text = str::from_utf8(&buffer[..length]).ok()?;
        let pages: u64 = text.split(' ').nth(1)?.parse().ok()?;
        pages.checked_mul(statm.page)
    }
}

/// The size of a page, from what the system told the process at its start.
fn page_bytes() -> Option<u64> {
    const PAGE_SIZE: u64 = 6;
    let words = std::fs::read("/proc/self/auxv").ok()?;
    let word = |bytes: &[u8]| bytes.try_into().map(usize::from_ne_bytes).ok();
    words.chunks_exact(2 * size_of::<usize>()).find_map(|pair| {
        let (key, value) = pair.split_at(size_of::<usize>());
        (word(key)? as u64 == PAGE_SIZE).then(|| word(value).map(|value| value as u64))?
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::hint::black_box;

    use super::*;

    #[test]
    fn used_memory_is_seen() {
        let gauge = Gauge::open();
        let before = gauge.resident().unwrap();
        let block = black_box(vec![1_u8; 64 << 20]);
        let after = gauge.resident().unwrap();
        assert!(after > before + (32 << 20), "{before} {after} {}", block.len());
    }
}
