use std::fs;
use std::io::Read;

use inkstone_blobstore::{BlobError, Limits, S3Bucket, S3Config, S3Object};
use inkstone_vocab::Timestamp;

use crate::real_server::{ACCESS_KEY_ID, RealServer, SECRET_ACCESS_KEY};

#[expect(clippy::disallowed_methods, reason = "the server checks signatures by this clock")]
fn now() -> Timestamp {
    Timestamp::from_millis(jiff::Timestamp::now().as_millisecond())
}

fn config(server: &RealServer) -> S3Config {
    S3Config {
        endpoint: server.endpoint().parse().unwrap(),
        bucket: "blog".to_owned(),
        region: "auto".to_owned(),
        access_key_id: ACCESS_KEY_ID.to_owned(),
        secret_access_key: SECRET_ACCESS_KEY.into(),
    }
}

fn open(server: &RealServer) -> S3Bucket {
    S3Bucket::new(&config(server), &Limits::default()).unwrap()
}

fn read(bucket: &S3Bucket, key: &str) -> Result<Vec<u8>, BlobError> {
    let mut download = bucket.get(key, now())?;
    let mut content = Vec::new();
    download.read_to_end(&mut content).unwrap();
    assert_eq!(download.bytes, Some(content.len() as u64));
    Ok(content)
}

fn keys(objects: &[S3Object]) -> Vec<&str> {
    objects.iter().map(|object| object.key.as_str()).collect()
}

#[test]
fn objects_are_stored_listed_fetched_and_deleted() {
    let server = RealServer::start("blog");
    let bucket = open(&server);
    assert_eq!(bucket.list("", now()).unwrap(), []);
    let large = vec![7; 3 << 20];
    bucket.put("b.json", "application/json", b"{\"b\":1}", now()).unwrap();
    bucket.put("images/a b+c&d=e?ü.png", "image/png", &large, now()).unwrap();
    bucket.put("empty", "text/plain", b"", now()).unwrap();
    assert_eq!(fs::read(server.file("blog", "b.json")).unwrap(), b"{\"b\":1}");
    assert_eq!(read(&bucket, "b.json").unwrap(), b"{\"b\":1}");
    assert_eq!(read(&bucket, "images/a b+c&d=e?ü.png").unwrap(), large);
    assert_eq!(read(&bucket, "empty").unwrap(), b"");

    let objects = bucket.list("", now()).unwrap();
    assert_eq!(objects.len(), 3);
    assert_eq!((objects[0].key.as_str(), objects[0].bytes), ("b.json", 7));
    assert!((now().millis_since(objects[0].modified)).abs() < 60_000);
    assert_eq!(keys(&bucket.list("b", now()).unwrap()), ["b.json"]);

    bucket.put("b.json", "application/json", b"[]", now()).unwrap();
    assert_eq!(read(&bucket, "b.json").unwrap(), b"[]");
    for _ in 0..2 {
        bucket.delete("b.json", now()).unwrap();
    }
    assert!(matches!(read(&bucket, "b.json"), Err(BlobError::NotFound)));
    assert_eq!(bucket.list("b", now()).unwrap(), []);
}

#[test]
fn a_list_of_several_pages_is_whole() {
    let server = RealServer::start("blog");
    for number in 0..2_005 {
        fs::write(server.file("blog", &format!("note-{number:05}.json")), "{}").unwrap();
    }
    let objects = open(&server).list("note-", now()).unwrap();
    let expected: Vec<_> = (0..2_005).map(|number| format!("note-{number:05}.json")).collect();
    assert_eq!(keys(&objects), expected);
    let limits = Limits { list_objects: 1_500, ..Limits::default() };
    let limited = S3Bucket::new(&config(&server), &limits).unwrap();
    assert!(matches!(limited.list("note-", now()), Err(BlobError::TooLarge)));
}

#[test]
fn wrong_credentials_are_refused() {
    let server = RealServer::start("blog");
    let secret = S3Config { secret_access_key: "wrong".into(), ..config(&server) };
    let name = S3Config { access_key_id: "nobody".to_owned(), ..config(&server) };
    for (config, expected) in [(secret, "SignatureDoesNotMatch"), (name, "NotSignedUp")] {
        let bucket = S3Bucket::new(&config, &Limits::default()).unwrap();
        let error = bucket.put("a", "text/plain", b"x", now()).unwrap_err();
        let text = error.to_string();
        assert!(
            matches!(&error, BlobError::Refused { status: 403, code } if code.as_deref() == Some(expected)),
            "{text}"
        );
        assert!(bucket.list("", now()).is_err() && bucket.delete("a", now()).is_err());
    }
    assert!(!server.file("blog", "a").exists());
}

#[test]
fn a_signature_of_another_time_is_refused() {
    let server = RealServer::start("blog");
    let yesterday = now().plus_millis(-86_400_000);
    let error = open(&server).list("", yesterday).unwrap_err();
    assert!(matches!(error, BlobError::Refused { .. }), "{error}");
}

#[test]
fn a_bucket_that_is_not_there_is_a_failure() {
    let server = RealServer::start("blog");
    let config = S3Config { bucket: "other".to_owned(), ..config(&server) };
    let bucket = S3Bucket::new(&config, &Limits::default()).unwrap();
    let missing = |error: BlobError| {
        assert!(
            matches!(&error, BlobError::Refused { status: 404, code } if code.as_deref() == Some("NoSuchBucket")),
            "{error:?}"
        );
    };
    missing(bucket.list("", now()).unwrap_err());
    missing(bucket.delete("a", now()).unwrap_err());
}

#[test]
fn an_object_over_the_limit_is_not_fetched() {
    let server = RealServer::start("blog");
    fs::write(server.file("blog", "a"), vec![0; 1001]).unwrap();
    let limits = Limits { object_bytes: 1000, ..Limits::default() };
    let bucket = S3Bucket::new(&config(&server), &limits).unwrap();
    assert!(matches!(bucket.get("a", now()), Err(BlobError::TooLarge)));
}
