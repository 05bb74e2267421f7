//! Records of images in somebody else's program: one is recognised, recorded and found.
//!
//! `cargo run -p inkstone-media --example embed_media --features testing`

#![expect(clippy::print_stdout, clippy::expect_used, reason = "an example shows what it does")]

use inkstone_media::{ImageKind, ImageUrl, Images, MemoryImages, NewImage, Removal, Size, Title};
use inkstone_vocab::Timestamp;

fn main() {
    let images = Images::new(MemoryImages::default());
    let content = b"GIF89a\x01\0\x01\0\0\0\0;";
    let kind = ImageKind::of(content).expect("an image");
    let new = NewImage {
        name: Title::of_file("holiday/beach.gif"),
        url: ImageUrl::parse("https://cdn.example.com/1.gif").expect("an address"),
        size: Size::of_bytes(content.len() as u64),
        media_type: kind.media_type().to_owned(),
        removal: Removal::default(),
    };
    images.add(&new, Timestamp::from_millis(1_704_599_400_000)).expect("added");
    for image in images.search("beach").expect("list") {
        println!("{} {} {} {}", image.id, image.name.as_str(), image.size, image.media_type);
    }
}
