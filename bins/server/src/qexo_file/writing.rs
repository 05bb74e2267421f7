//! Writing an export that Qexo reads, too (contract qexo, 11.3).

use std::io::{self, Write};

use inkstone_friends::{Friend, Status};
use inkstone_media::Image;
use inkstone_storage::{Store, qexo::Exported};
use inkstone_talks::{ExportedTalk, Talk};
use inkstone_vocab::VisitorId;
use serde_json::{Value, json};

use super::List;
use crate::backup::ExportError;

/// Writes all nine lists. Few talks are in memory at once.
pub fn write(store: &Store, mut output: impl Write) -> Result<(), ExportError> {
    let mut lists = Lists { output: &mut output, next: 0, empty: true };
    let mut written = lists.output.write_all(b"{");
    store.export_qexo(&mut |exported| {
        if written.is_ok() {
            let (list, item) = item(exported);
            written = lists.item(list, &item);
        }
    })?;
    written?;
    lists.finish()?;
    Ok(output.write_all(b"}")?)
}

/// Nine arrays after each other, items of which come in their order.
struct Lists<W> {
    output: W,
    /// How many lists were begun.
    next: usize,
    empty: bool,
}

impl<W: Write> Lists<W> {
    fn item(&mut self, list: List, item: &Value) -> io::Result<()> {
        while self.next == 0 || List::ALL[self.next - 1] != list {
            self.begin()?;
        }
        if !std::mem::take(&mut self.empty) {
            self.output.write_all(b",")?;
        }
        Ok(serde_json::to_writer(&mut self.output, item)?)
    }

    fn begin(&mut self) -> io::Result<()> {
        let list =
            List::ALL.get(self.next).ok_or_else(|| io::Error::other("lists are mixed up"))?;
        if self.next > 0 {
            self.output.write_all(b"],")?;
        }
        self.next += 1;
        self.empty = true;
        write!(self.output, r#""{}":["#, list.key())
    }

    fn finish(&mut self) -> io::Result<()> {
        while self.next < List::ALL.len() {
            self.begin()?;
        }
        self.output.write_all(b"]")
    }
}

fn item(exported: Exported) -> (List, Value) {
    match exported {
        Exported::Setting(name, content) => {
            (List::Settings, json!({ "name": name, "content": content }))
        }
        Exported::Image(image) => (List::Images, image_item(&image)),
        Exported::Friend(friend) => (List::Friends, friend_item(&friend)),
        Exported::Notice(notice) => (
            List::Notifications,
            json!({
                "time": notice.time.as_str(),
                "label": notice.label,
                "content": notice.content,
            }),
        ),
        Exported::Field(field) => (
            List::Custom,
            json!({ "name": field.name.as_str(), "content": field.content.as_str() }),
        ),
        Exported::Visitor(visitor) => (List::Uv, json!({ "ip": visitor })),
        Exported::Views(url, number) => (List::Pv, json!({ "url": url, "number": number })),
        Exported::Talk(talk) => (List::Talks, talk_item(&talk)),
    }
}

fn image_item(image: &Image) -> Value {
    let removal = Some(image.removal.as_str()).filter(|text| !text.is_empty());
    json!({
        "name": image.name.as_str(),
        "url": image.url.as_str(),
        "size": image.size.as_str(),
        "date": image.id.as_str(),
        "type": image.media_type,
        "deleteConfig": removal.unwrap_or("{}"),
    })
}

fn friend_item(friend: &Friend) -> Value {
    let mut item = json!({
        "name": friend.profile.name.as_str(),
        "url": friend.profile.url.as_str(),
        "imageUrl": friend.profile.image.as_str(),
        "time": friend.id.as_str(),
        "description": friend.profile.description.as_str(),
        "status": friend.status == Status::Shown,
    });
    // Only we tell applications from friends who were hidden.
    if friend.status == Status::Pending {
        item["pending"] = json!(true);
    }
    item
}

fn talk_item(ExportedTalk { talk, likes }: &ExportedTalk) -> Value {
    let Talk { id, content, tags, values, time, likes: _ } = talk;
    let likes: Vec<&str> = likes.iter().map(VisitorId::as_str).collect();
    json!({
        "id": id.hex(),
        "content": content.as_str(),
        "tags": tags.json(),
        "time": time.to_string(),
        "like": json!(likes).to_string(),
        "likes_count": likes.len(),
        "values": values.json(),
    })
}
