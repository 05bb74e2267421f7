//! The record of an image.

use inkstone_vocab::{EpochName, Named};

use crate::{
    ImageId,
    size::Size,
    text::{ImageUrl, Removal, Title},
};

/// An image that was uploaded. The texts are as their writers wrote them: whoever puts them into
/// HTML escapes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// What names it; never changes.
    pub id: ImageId,
    /// What it is called.
    pub name: Title,
    /// Where it is.
    pub url: ImageUrl,
    /// How large it is.
    pub size: Size,
    /// As what it is served; imported ones may say anything.
    pub media_type: String,
    /// How its host deletes the file.
    pub removal: Removal,
}

impl Image {
    /// Whether `keyword` occurs in the name or the address, in whichever case.
    pub fn mentions(&self, keyword: &str) -> bool {
        let keyword = keyword.to_lowercase();
        let texts = [self.name.as_str(), self.url.as_str()];
        texts.iter().any(|text| text.to_lowercase().contains(&keyword))
    }
}

impl Named for Image {
    fn name(&self) -> &EpochName {
        &self.id
    }

    fn rename(&mut self, name: EpochName) {
        self.id = name;
    }
}

/// An image that has just been uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewImage {
    /// What it is called.
    pub name: Title,
    /// Where it is.
    pub url: ImageUrl,
    /// How large it is.
    pub size: Size,
    /// As what it is served.
    pub media_type: String,
    /// How its host deletes the file.
    pub removal: Removal,
}

impl NewImage {
    /// The record under this name.
    pub fn under(self, id: ImageId) -> Image {
        let Self { name, url, size, media_type, removal } = self;
        Image { id, name, url, size, media_type, removal }
    }
}
