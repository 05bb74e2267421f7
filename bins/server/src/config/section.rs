//! A section of the configuration: the struct, and the same facts as data for the reference.

/// A section of the configuration file.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// Its name in the file; empty for what stands before the first section.
    pub name: &'static str,
    /// What it is about.
    pub about: &'static str,
    /// What can be set there.
    pub settings: &'static [Setting],
}

impl Section {
    /// The whole key of one of its settings, such as `server.listen`.
    pub fn key(&self, setting: &Setting) -> String {
        match self.name {
            "" => setting.name.to_owned(),
            section => format!("{section}.{}", setting.name),
        }
    }
}

/// Something that can be set.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its name within the section.
    pub name: &'static str,
    /// Its default, as written in the file.
    pub default: &'static str,
    /// What it means.
    pub text: &'static str,
}

/// Declares the struct of a section; each field with its text and its default in TOML.
macro_rules! section {
    (
        $(#[doc = $about:literal])+
        $struct:ident $name:literal {
            $( $(#[doc = $text:literal])+ $field:ident: $type:ty = $default:literal; )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, serde::Deserialize)]
        pub struct $struct {
            $( $(#[doc = $text])+ pub $field: $type, )+
        }

        impl $struct {
            pub(in crate::config) const SECTION: Section = Section {
                name: $name,
                about: concat!($($about),+),
                settings: &[$(
                    Setting {
                        name: stringify!($field),
                        default: $default,
                        text: concat!($($text),+),
                    },
                )+],
            };
        }
    };
}

pub(crate) use section;
