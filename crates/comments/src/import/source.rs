//! The bytes of a document, from wherever they come, before anything is known of them.

use std::io::{self, BufRead, Cursor, Read as _};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// `input` without the mark that some editors put first.
pub(super) fn without_mark(mut input: impl BufRead) -> io::Result<impl BufRead> {
    let mut head = Vec::new();
    input.by_ref().take(BYTE_ORDER_MARK.len() as u64).read_to_end(&mut head)?;
    if head == BYTE_ORDER_MARK {
        head.clear();
    }
    Ok(Cursor::new(head).chain(input))
}

/// The next byte that is no white space, which stays where it is.
pub(super) fn next_byte(input: &mut impl BufRead) -> io::Result<Option<u8>> {
    loop {
        let bytes = input.fill_buf()?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let blank = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let next = bytes.get(blank).copied();
        input.consume(blank);
        if next.is_some() {
            return Ok(next);
        }
    }
}

/// Whether nothing but white space is left of the line; it is gone then.
pub(super) fn ends_line(input: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let next = input.fill_buf()?.first().copied();
        match next {
            None => return Ok(true),
            Some(byte) if byte.is_ascii_whitespace() => {
                input.consume(1);
                if byte == b'\n' {
                    return Ok(true);
                }
            }
            Some(_) => return Ok(false),
        }
    }
}

/// The next line, cut to `most` bytes and trimmed, and whether it was cut; `None` at the end.
pub(super) fn next_line(
    input: &mut impl BufRead,
    most: usize,
) -> io::Result<Option<(Vec<u8>, bool)>> {
    let mut line = Vec::new();
    let read = input.by_ref().take(most as u64 + 1).read_until(b'\n', &mut line)?;
    if read == 0 {
        return Ok(None);
    }
    let cut = line.len() > most && line.last() != Some(&b'\n');
    if cut {
        input.skip_until(b'\n')?;
    }
    Ok(Some((line.trim_ascii().to_vec(), cut)))
}
