use std::fs;

use inkstone_blobstore::{Directory, FileName, ImageHosts, Limits};
use inkstone_media::{HostError, ImageFile, ImageHost, ImageKind, Moment, Removal, Title};
use inkstone_vocab::Fault;
use serde_json::{Map, json};

use crate::stub::NOW;

const GIF: &[u8] = b"GIF89a\x01\0\x01\0\0\0\0;";
const MOMENT: Moment = Moment { at: NOW, day: NOW.day(), random: [7; 16] };

fn hosts(directory: &tempfile::TempDir) -> ImageHosts {
    let path = directory.path().join("a/b");
    let directory = Directory::new(path, "https://api.example/media/".to_owned());
    ImageHosts { directory, limits: Limits::default() }
}

fn removal(text: &str) -> Removal {
    Removal::parse(text).unwrap()
}

#[test]
fn a_directory_keeps_files_until_they_are_deleted() {
    let directory = tempfile::tempdir().unwrap();
    let hosts = hosts(&directory);
    let host = hosts.open("local", &Map::new()).unwrap().unwrap();
    let file = ImageFile { name: &Title::default(), kind: ImageKind::Gif, content: GIF };
    let stored = host.store(&file, &MOMENT).unwrap();
    let name = format!("{}.gif", "07".repeat(16));
    assert_eq!(stored.url.as_str(), format!("https://api.example/media/{name}"));
    let path = hosts.directory.path_of(&FileName::parse(&name).unwrap());
    assert_eq!(fs::read(&path).unwrap(), GIF);
    let entries = || fs::read_dir(directory.path().join("a/b")).unwrap().count();
    assert_eq!(entries(), 1, "nothing is left beside it");

    // Two files never get one name, but if they did neither would be lost.
    fs::write(path.with_extension("gif.part"), "somebody else's").unwrap();
    assert!(matches!(host.store(&file, &MOMENT), Err(HostError::Files(_))));
    assert_eq!(fs::read(&path).unwrap(), GIF);

    for _ in 0..2 {
        // Whatever host is set by now, and whether or not it is there.
        assert!(hosts.delete(&stored.removal, None, NOW).unwrap());
        assert!(!path.exists());
    }
}

#[test]
fn what_others_wrote_deletes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let hosts = hosts(&directory);
    fs::create_dir_all(directory.path().join("a/b")).unwrap();
    fs::write(directory.path().join("a/b/notes.txt"), "").unwrap();
    for text in [
        "",
        "{}",
        "5",
        "no JSON",
        r#"{"provider":"x","key":"y"}"#,
        r#"{"type":"本地存储"}"#,
        r#"{"type":"本地存储","file":"notes.txt"}"#,
        r#"{"type":"本地存储","file":"../b/notes.txt"}"#,
        r#"{"type":"本地存储","file":["a"]}"#,
        r#"{"type":"S3协议","key":"a"}"#,
        r#"{"type":"远程API","url":"http://127.0.0.1/","more":1}"#,
    ] {
        assert!(!hosts.delete(&removal(text), None, NOW).unwrap(), "{text}");
    }
    assert!(directory.path().join("a/b/notes.txt").exists());
    let s3 = r#"{"type":"S3协议","endpoint":"https://s3.example","bucket":"b","key":"k"}"#;
    let error = hosts.delete(&removal(s3), None, NOW).unwrap_err();
    assert!(matches!(error, HostError::Elsewhere), "{error}");
    assert_eq!(error.code(), "image_host_elsewhere");
    // Nor does a host of another kind.
    let api = json!({ "api": "https://img.example/upload" });
    let api = hosts.open("远程API", api.as_object().unwrap()).unwrap();
    let error = hosts.delete(&removal(s3), api.as_deref(), NOW).unwrap_err();
    assert!(matches!(error, HostError::Elsewhere), "{error}");
}

#[test]
fn a_place_that_cannot_be_written_is_a_failure_of_ours() {
    let directory = tempfile::tempdir().unwrap();
    let hosts = hosts(&directory);
    fs::write(directory.path().join("a"), "no directory").unwrap();
    let file = ImageFile { name: &Title::default(), kind: ImageKind::Gif, content: GIF };
    let error = hosts.directory.store(&file, &MOMENT).unwrap_err();
    assert!(matches!(error, HostError::Files(_)) && error.code() == "image_files_failed");
}

#[test]
fn off_is_no_host_and_others_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let hosts = hosts(&directory);
    for off in ["关闭", " 关闭 ", ""] {
        assert!(hosts.open(off, &Map::new()).unwrap().is_none());
    }
    for name in ["FTP协议", "Github", "s3协议"] {
        let Err(HostError::Unsupported(found)) = hosts.open(name, &Map::new()) else {
            panic!("{name}");
        };
        assert_eq!(found, name);
    }
}
