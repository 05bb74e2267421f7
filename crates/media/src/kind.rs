//! What an image is.

use imagesize::{Compression, ImageType};

/// A kind of image that every browser shows and none runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the name of a format")]
pub enum ImageKind {
    Png,
    Jpeg,
    Gif,
    WebP,
    Avif,
    Bmp,
    Ico,
}

impl ImageKind {
    /// All kinds.
    pub const ALL: [Self; 7] =
        [Self::Png, Self::Jpeg, Self::Gif, Self::WebP, Self::Avif, Self::Bmp, Self::Ico];

    /// What `content` is, told by how it begins; `None` when it is none of these, or says of
    /// itself that nothing is to be seen.
    ///
    /// The rest is not looked at. Whatever follows, or hides in it, is harmless as long as it is
    /// served as what it is here.
    pub fn of(content: &[u8]) -> Option<Self> {
        let kind = match imagesize::image_type(content).ok()? {
            ImageType::Png => Self::Png,
            ImageType::Jpeg => Self::Jpeg,
            ImageType::Gif => Self::Gif,
            ImageType::Webp => Self::WebP,
            ImageType::Heif(Compression::Av1) => Self::Avif,
            ImageType::Bmp => Self::Bmp,
            ImageType::Ico => Self::Ico,
            _ => return None,
        };
        let size = imagesize::blob_size(content).ok()?;
        (size.width > 0 && size.height > 0).then_some(kind)
    }

    /// The kind of files that end in a dot and `extension`, in lower case, as
    /// [`extension`](Self::extension) gives it.
    pub fn of_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.extension() == extension)
    }

    /// How it is served.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Avif => "image/avif",
            Self::Bmp => "image/bmp",
            Self::Ico => "image/x-icon",
        }
    }

    /// How names of such files end, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
            Self::WebP => "webp",
            Self::Avif => "avif",
            Self::Bmp => "bmp",
            Self::Ico => "ico",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
    const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\
        \xff\xc0\0\x11\x08\0\x01\0\x01\x03\x01\x22\0\x02\x11\x01\x03\x11\x01";
    const GIF: &[u8] = b"GIF89a\x01\0\x01\0\0\0\0;";
    const WEBP: &[u8] = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88";
    const AVIF: &[u8] = b"\0\0\0\x18ftypavif\0\0\0\0avifmif1\
        \0\0\0\x38meta\0\0\0\0\0\0\0\x2ciprp\0\0\0\x24ipco\
        \0\0\0\x14ispe\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0\x08free";
    const BMP: &[u8] = b"BM\x1a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\x18\0";
    const ICO: &[u8] = b"\0\0\x01\0\x01\0\x01\x01\0\0\x01\0\x20\0\x30\0\0\0\x16\0\0\0";

    #[test]
    fn images_are_told_by_their_content() {
        let all = [PNG, JPEG, GIF, WEBP, AVIF, BMP, ICO];
        for (kind, content) in ImageKind::ALL.into_iter().zip(all) {
            assert_eq!(ImageKind::of(content), Some(kind));
            let polyglot = [content, b"<script>alert(1)</script>".as_slice()].concat();
            assert_eq!(ImageKind::of(&polyglot), Some(kind));
            assert_eq!(ImageKind::of_extension(kind.extension()), Some(kind));
            assert!(kind.media_type().starts_with("image/"));
        }
    }

    #[test]
    fn what_is_no_image_or_runs_is_refused() {
        let none: [&[u8]; 14] = [
            b"",
            b"GIF89a",
            b"GIF89a\0\0\0\0\0\0\0;",
            b"\x89PNG",
            b"<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>",
            b"<?xml version='1.0'?><svg onload='alert(1)'></svg>",
            b"<html><script>alert(1)</script></html>",
            b"%PDF-1.7 and so on, for more than twelve bytes",
            b"PK\x03\x04 an archive, or a program for Java",
            b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0",
            b"\0\0\0\x18ftypheic\0\0\0\0heicmif1",
            b"\0\0\0\x18ftypmp42\0\0\0\0isommp42",
            b"II*\0\x08\0\0\0 TIFF, which few browsers show",
            b" GIF89a\x01\0\x01\0\0\0\0;",
        ];
        for content in none {
            assert_eq!(ImageKind::of(content), None, "{}", String::from_utf8_lossy(content));
        }
        assert_eq!(ImageKind::of_extension("svg"), None);
        assert_eq!(ImageKind::of_extension("PNG"), None);
    }

    proptest! {
        /// Nothing that anybody sends stops the program.
        #[test]
        fn any_content_has_an_answer(
            head in prop::sample::select(vec![PNG, JPEG, GIF, WEBP, AVIF, BMP, ICO, b"".as_slice()]),
            kept in 0_usize..80,
            tail in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let content = [&head[..kept.min(head.len())], &tail].concat();
            ImageKind::of(&content);
        }
    }
}
