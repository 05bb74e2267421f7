//! Memory obeys the laws; the service's rules.

#![expect(clippy::unwrap_used, reason = "fixtures")]

use std::sync::Arc;

use inkstone_media::{
    Image, ImageError, ImageId, ImageRepository, ImageUrl, Images, MemoryImages, NewImage, Removal,
    Size, Title,
};
use inkstone_vocab::{Fault, FaultKind, ImportMode, Timestamp};

mod memory {
    inkstone_media::image_repository_contract!(Box::new(inkstone_media::MemoryImages::default()));
}

const NOW: Timestamp = Timestamp::from_millis(1_704_599_400_000);

fn new(name: &str, url: &str) -> NewImage {
    NewImage {
        name: Title::parse(name).unwrap(),
        url: ImageUrl::parse(url).unwrap(),
        size: Size::of_bytes(1),
        media_type: "image/png".to_owned(),
        removal: Removal::default(),
    }
}

#[test]
fn images_are_searched_by_name_and_address_in_any_case() {
    let images = Images::new(MemoryImages::default());
    images.add(&new("Cat.png", "https://cdn.example/1.png"), NOW).unwrap();
    images.add(&new("ÄRGER.gif", "https://CDN.example/x?y=1&z=2"), NOW).unwrap();
    let found = |keyword: &str| -> Vec<String> {
        let found = images.search(keyword).unwrap();
        found.into_iter().map(|image| image.name.as_str().to_owned()).collect()
    };
    assert_eq!(found(""), ["ÄRGER.gif", "Cat.png"]);
    assert_eq!(found("cAT"), ["Cat.png"]);
    assert_eq!(found("ärger"), ["ÄRGER.gif"]);
    assert_eq!(found("cdn.EXAMPLE"), ["ÄRGER.gif", "Cat.png"]);
    assert_eq!(found("&z"), ["ÄRGER.gif"]);
    assert_eq!(found("image/png"), [""; 0]);
    assert_eq!(found("%"), [""; 0]);
}

#[test]
fn what_is_not_there_is_not_found() {
    // Any pointer to a repository is one.
    let repository: Arc<dyn ImageRepository> = Arc::new(MemoryImages::default());
    let images = Images::new(repository);
    let id = ImageId::parse("5").unwrap();
    for error in [images.find(&id).unwrap_err(), images.remove(&id).unwrap_err()] {
        assert!(matches!(error, ImageError::NotFound));
        assert_eq!((error.kind(), error.code()), (FaultKind::NotFound, "image_not_found"));
    }
    let image: Image = new("a", "").under(id.clone());
    images.import(vec![image.clone()], ImportMode::Merge).unwrap();
    assert_eq!(images.find(&id).unwrap(), image);
    images.remove(&id).unwrap();
    assert!(images.search("").unwrap().is_empty());
}
