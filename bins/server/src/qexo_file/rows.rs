//! From the items of a file to what is stored.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use inkstone_accounts::TokenHash;
use inkstone_fields::{Content as FieldContent, Field, FieldName};
use inkstone_friends::{Address, Friend, FriendId, Profile, Status, Text};
use inkstone_media::{Image, ImageId, ImageUrl, Removal, Size, Title};
use inkstone_notifications::{Notice, NoticeTime};
use inkstone_scripting::is_foreign_script;
use inkstone_settings::{Change, SettingError};
use inkstone_storage::qexo::Contents;
use inkstone_talks::{
    Content, ListedTalk, RecordId, Tags, TalkId, TalkRecord, TalkTime, Values, identify,
};
use serde_json::{Map, Value};

use super::{List, likes::likes, report::Report};
use crate::{config::ServerKey, visitor::imported_reader};

/// The setting that holds the hash of the token.
const API_TOKEN: &str = "WEBHOOK_APIKEY";

/// What stands for a time that is none: always the same, so that importing again adds nothing.
const NO_TIME: &str = "0";

/// The most characters of the type of an image.
const MAX_TYPE_CHARS: usize = 200;

/// Takes the items of a file one by one.
pub struct Reading<'k> {
    key: &'k ServerKey,
    contents: Contents,
    settings: BTreeMap<&'static str, Change>,
    fields: BTreeMap<FieldName, Field>,
    report: Report,
}

/// What is wrong with an item; it is left out.
type Taken = Result<(), String>;

impl<'k> Reading<'k> {
    /// Addresses become keyed hashes under `key`.
    pub fn new(key: &'k ServerKey) -> Self {
        Self {
            key,
            contents: Contents::default(),
            settings: BTreeMap::new(),
            fields: BTreeMap::new(),
            report: Report::default(),
        }
    }

    /// The file has this list, perhaps empty.
    pub fn begin(&mut self, list: List) {
        self.report.items.entry(list).or_default();
    }

    /// Takes an item of a list.
    pub fn push(&mut self, list: List, item: &Value) {
        *self.report.items.entry(list).or_default() += 1;
        let taken = item.as_object().ok_or_else(|| "no object".to_owned()).and_then(|item| {
            let row = Row(item);
            match list {
                List::Settings => self.setting(&row),
                List::Friends => self.friend(&row),
                List::Notifications => self.notice(&row),
                List::Custom => self.field(&row),
                List::Uv => self.visitor(&row),
                List::Pv => self.views(&row),
                List::Talks => self.talk(&row),
                List::Images => self.image(&row),
                List::Posts => Err("the index is made from the posts themselves".to_owned()),
            }
        });
        if let Err(reason) = taken {
            self.report.leave_out(list, reason);
        }
    }

    /// Names talks as another source knows them; how many it found.
    pub fn identify(&mut self, listed: Vec<ListedTalk>) -> usize {
        identify(self.contents.talks.as_deref_mut().unwrap_or_default(), listed)
    }

    /// What there is to store. A list of which nothing can be used is as good as missing:
    /// replacing by it would only remove.
    pub fn finish(self) -> (Contents, Report) {
        let Self { mut contents, settings, fields, mut report, .. } = self;
        contents.settings = Some(settings.into_values().collect());
        contents.fields = Some(fields.into_values().collect());
        let usable = |list: List| {
            let items = report.items.get(&list).copied();
            items.is_some_and(|items| items == 0 || items > report.missing(list))
        };
        kept(&mut contents.settings, usable(List::Settings));
        kept(&mut contents.images, usable(List::Images));
        kept(&mut contents.friends, usable(List::Friends));
        kept(&mut contents.notices, usable(List::Notifications));
        kept(&mut contents.fields, usable(List::Custom));
        kept(&mut contents.visitors, usable(List::Uv));
        kept(&mut contents.views, usable(List::Pv));
        kept(&mut contents.talks, usable(List::Talks));
        report.foreign_scripts = contents
            .fields
            .iter()
            .flatten()
            .filter(|field| is_foreign_script(field.content.as_str()))
            .map(|field| field.name.as_str().to_owned())
            .collect();
        (contents, report)
    }

    fn setting(&mut self, row: &Row) -> Taken {
        let (name, content) = (row.required("name")?, row.text("content")?);
        let token = name == API_TOKEN && !content.trim().is_empty();
        let change = if token {
            // Versions before 3.7 kept it in clear.
            let hash = TokenHash::parse(content.trim()).unwrap_or_else(|| TokenHash::of(&content));
            Change::qexo(&name, hash.as_str())
        } else {
            Change::qexo(&name, &content)
        };
        let change = change.map_err(|error| match error {
            SettingError::UnknownName => "unknown name".to_owned(),
            SettingError::TooLong { .. } => "`content` is too long".to_owned(),
            _ => format!("`content` is none that {name} can have"),
        })?;
        if self.settings.insert(change.key, change).is_some() {
            self.report.change(List::Settings, "a repeated name, of which the last counts");
        }
        Ok(())
    }

    fn image(&mut self, row: &Row) -> Taken {
        let too_long = |name: &str| format!("`{name}` is too long");
        let kind: String = row.text("type")?.chars().filter(|c| !c.is_control()).collect();
        if kind.chars().count() > MAX_TYPE_CHARS {
            return Err(too_long("type"));
        }
        let url = ImageUrl::parse(&row.required("url")?);
        let id = ImageId::parse(&row.text("date")?).or_else(|| {
            self.report.change(List::Images, "a `date` that is no number, now 0");
            ImageId::parse(NO_TIME)
        });
        let image = Image {
            id: id.ok_or("`date` is no number")?,
            name: Title::parse(&row.text("name")?).ok_or_else(|| too_long("name"))?,
            url: url.ok_or("`url` is too long, or no address of the web")?,
            size: Size::parse(&row.text("size")?).ok_or_else(|| too_long("size"))?,
            media_type: kind,
            removal: Removal::parse(&row.json("deleteConfig"))
                .ok_or_else(|| too_long("deleteConfig"))?,
        };
        self.contents.images.get_or_insert_default().push(image);
        Ok(())
    }

    fn friend(&mut self, row: &Row) -> Taken {
        let time = row.text("time")?;
        let text = |name: &str| {
            Text::parse(&row.text(name)?).ok_or_else(|| format!("`{name}` is too long"))
        };
        let address = |name: &str| {
            let address = Address::parse(&row.text(name)?);
            address.ok_or_else(|| format!("`{name}` is too long, or runs code"))
        };
        let status = match (row.flag("status")?, row.flag("pending")?) {
            (Some(true) | None, _) => Status::Shown,
            (Some(false), Some(true)) => Status::Pending,
            (Some(false), _) => Status::Hidden,
        };
        let profile = Profile {
            name: text("name")?,
            url: address("url")?,
            image: address("imageUrl")?,
            description: text("description")?,
        };
        let id = FriendId::parse(&time).or_else(|| {
            self.report.change(List::Friends, NO_TIME_TAKEN);
            FriendId::parse(NO_TIME)
        });
        let friend = Friend { id: id.ok_or("`time` is no number")?, profile, status };
        self.contents.friends.get_or_insert_default().push(friend);
        Ok(())
    }

    fn notice(&mut self, row: &Row) -> Taken {
        let (time, label) = (row.text("time")?, row.text("label")?.replace('\0', ""));
        let content = row.text("content")?.replace('\0', "");
        let time = NoticeTime::parse(&time).or_else(|| {
            self.report.change(List::Notifications, NO_TIME_TAKEN);
            NoticeTime::parse(NO_TIME)
        });
        let notice = Notice { time: time.ok_or("`time` is no number")?, label, content };
        self.contents.notices.get_or_insert_default().push(notice);
        Ok(())
    }

    fn field(&mut self, row: &Row) -> Taken {
        let name = FieldName::parse(&row.required("name")?)
            .map_err(|_| "`name` is empty or too long".to_owned())?;
        let content = FieldContent::parse(&row.text("content")?)
            .map_err(|_| "`content` is too long, or holds NUL".to_owned())?;
        if self.fields.insert(name.clone(), Field { name, content }).is_some() {
            self.report.change(List::Custom, "a repeated name, of which the last counts");
        }
        Ok(())
    }

    fn visitor(&mut self, row: &Row) -> Taken {
        let visitor = imported_reader(self.key, &row.required("ip")?);
        if !self.contents.visitors.get_or_insert_default().insert(visitor) {
            self.report.change(List::Uv, "an address that occurs again");
        }
        Ok(())
    }

    fn views(&mut self, row: &Row) -> Taken {
        let number = row.0.get("number").and_then(Value::as_u64);
        let number = number.ok_or("`number` is no whole number")?;
        let added = self.contents.views.get_or_insert_default().add(&row.required("url")?, number);
        added.then_some(()).ok_or_else(|| "`url` is no address".to_owned())
    }

    fn talk(&mut self, row: &Row) -> Taken {
        let content =
            Content::parse(&row.text("content")?).ok_or("`content` is too long, or holds NUL")?;
        let time = TalkTime::parse(&row.text("time")?).or_else(|| {
            self.report.change(List::Talks, NO_TIME_TAKEN);
            TalkTime::parse(NO_TIME)
        });
        let id = TalkId::parse(&row.text("id")?);
        let tags = Tags::parse(&row.json("tags")).unwrap_or_else(|| {
            self.report.change(List::Talks, "tags that cannot be read, now none");
            Tags::default()
        });
        let values = row.0.get("values").filter(|value| !value.is_null()).map(|_| {
            Values::parse(&row.json("values")).unwrap_or_else(|| {
                self.report.change(List::Talks, "values that cannot be read, now none");
                Values::default()
            })
        });
        let likes = likes(self.key, row.0.get("like").unwrap_or(&Value::Null));
        let likes = likes.unwrap_or_else(|| {
            self.report.change(List::Talks, "likes that cannot be read, now none");
            BTreeSet::default()
        });
        let fresh = || RecordId::Fresh(TalkId::from_random(rand::random()));
        self.contents.talks.get_or_insert_default().push(TalkRecord {
            id: id.map_or_else(fresh, RecordId::Kept),
            content,
            tags,
            values,
            time: time.ok_or("`time` is no number")?,
            likes,
        });
        Ok(())
    }
}

/// Leaves a part out, or makes one of nothing.
fn kept<T: Default>(part: &mut Option<T>, usable: bool) {
    *part = usable.then(|| part.take().unwrap_or_default());
}

const NO_TIME_TAKEN: &str = "a `time` that is no number, now 0";

/// An item of a list.
struct Row<'a>(&'a Map<String, Value>);

impl Row<'_> {
    /// A text, empty when it is absent. A number is its digits.
    fn text(&self, name: &str) -> Result<Cow<'_, str>, String> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok("".into()),
            Some(Value::String(text)) => Ok(text.into()),
            Some(Value::Number(number)) => Ok(number.to_string().into()),
            Some(_) => Err(format!("`{name}` is no text")),
        }
    }

    fn required(&self, name: &str) -> Result<Cow<'_, str>, String> {
        let text = self.text(name)?;
        if text.is_empty() { Err(format!("`{name}` is missing")) } else { Ok(text) }
    }

    fn flag(&self, name: &str) -> Result<Option<bool>, String> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(format!("`{name}` is neither true nor false")),
        }
    }

    /// JSON, written as a text or as itself.
    fn json(&self, name: &str) -> Cow<'_, str> {
        match self.0.get(name) {
            None | Some(Value::Null) => "".into(),
            Some(Value::String(text)) => text.into(),
            Some(value) => value.to_string().into(),
        }
    }
}
