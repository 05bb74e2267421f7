use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;

use inkstone_blobstore::{BlobError, Limits, S3Bucket, S3Config};
use inkstone_vocab::{Fault, FaultKind};

use crate::stub::{NOW, Stub, config, limits, response};

const LIST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">"#;

fn item(key: &str) -> String {
    format!(
        "<Contents><Key>{key}</Key><LastModified>2026-11-21T08:00:00.000Z</LastModified>\
         <ETag>&quot;x&quot;</ETag><Size>3</Size></Contents>"
    )
}

fn list(body: &str) -> String {
    response("200 OK", &format!("{LIST}{body}</ListBucketResult>"))
}

/// Every call fails in the same way.
#[track_caller]
fn all_fail(bucket: &S3Bucket, expected: impl Fn(&BlobError) -> bool) {
    let errors = [
        bucket.put("a", "text/plain", b"x", NOW).unwrap_err(),
        bucket.get("a", NOW).map(drop).unwrap_err(),
        bucket.list("", NOW).unwrap_err(),
        bucket.delete("a", NOW).unwrap_err(),
    ];
    for error in errors {
        let text = format!("{error:?} {error}");
        assert!(expected(&error), "{text}");
        for secret in ["hunter2", "Signature=", "AKIDTEST"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[test]
fn a_server_that_is_down_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let bucket = S3Bucket::new(&config(&format!("http://{address}")), &limits()).unwrap();
    all_fail(&bucket, |error| {
        matches!(error, BlobError::Unreachable(_)) && error.kind() == FaultKind::Unavailable
    });
}

#[test]
fn a_server_that_is_silent_is_given_up() {
    // It accepts, and holds connections open until the test ends.
    let mut held = Vec::new();
    let silent = Stub::start(move |_, stream| held.push(stream.try_clone().unwrap()));
    all_fail(&silent.bucket(), |error| matches!(error, BlobError::Unreachable(_)));
}

#[test]
fn a_body_that_does_not_end_is_given_up() {
    let endless = Stub::start(|_, stream| {
        let head = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
        let mut written = stream.write_all(head.as_bytes());
        while written.is_ok() {
            written = stream.write_all(&[b' '; 4096]);
        }
    });
    let limits = Limits { list_bytes: 100_000, object_bytes: 100_000, ..Limits::default() };
    let bucket = endless.bucket_with(&limits);
    assert!(matches!(bucket.list("", NOW), Err(BlobError::TooLarge)));
    let mut download = bucket.get("a", NOW).unwrap();
    let mut content = Vec::new();
    assert!(download.read_to_end(&mut content).is_err());
    assert!(content.len() <= 100_000);
}

#[test]
fn a_body_that_breaks_off_or_stops_is_a_failure() {
    let short = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\nconnection: close\r\n\r\nshort";
    let mut content = Vec::new();
    let broken = Stub::answering(short);
    assert!(broken.bucket().get("a", NOW).unwrap().read_to_end(&mut content).is_err());
    assert!(matches!(broken.bucket().list("", NOW), Err(BlobError::Unreachable(_))));
    let mut held = Vec::new();
    let stopping = Stub::start(move |_, stream| {
        stream.write_all(short.as_bytes()).unwrap();
        held.push(stream.try_clone().unwrap());
    });
    assert!(stopping.bucket().get("a", NOW).unwrap().read_to_end(&mut content).is_err());
    assert!(matches!(stopping.bucket().list("", NOW), Err(BlobError::Unreachable(_))));
}

#[test]
fn refusals_keep_their_status_and_code_and_no_text() {
    let body = "<Error><Code>AccessDenied</Code><Message>hunter2</Message></Error>";
    let forbidding = Stub::answering(response("403 Forbidden", body));
    all_fail(&forbidding.bucket(), |error| {
        error.to_string() == "object storage answers 403 (AccessDenied)"
    });
    for body in ["", "hunter2", "<Code>hunter2 is the password</Code>", "<Code></Code>"] {
        let failing = Stub::answering(response("500 Internal Server Error", body));
        all_fail(&failing.bucket(), |error| error.to_string() == "object storage answers 500");
    }
}

#[test]
fn redirects_are_not_followed() {
    let (tell, told) = mpsc::channel();
    let target = Stub::start(move |head, stream| {
        tell.send(head.to_owned()).unwrap();
        drop(stream.write_all(response("200 OK", "").as_bytes()));
    });
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let location = format!("location: http://{}/", target.address);
        let redirect = format!("HTTP/1.1 {status}\r\n{location}\r\ncontent-length: 0\r\n\r\n");
        let redirecting = Stub::answering(redirect);
        all_fail(&redirecting.bucket(), |error| {
            matches!(error, BlobError::Refused { status: 301..=308, .. })
        });
    }
    drop(target);
    assert_eq!(told.try_iter().count(), 0);
}

#[test]
fn what_is_no_list_is_refused() {
    let not_lists = [
        String::new(),
        "{}".to_owned(),
        "<html><body>Welcome</body></html>".to_owned(),
        format!("{LIST}<Contents>"),
        format!("{LIST}<IsTruncated>true</IsTruncated></ListBucketResult>"),
        format!("{LIST}<Contents><Key>a</Key><Size>3</Size></Contents></ListBucketResult>"),
        format!("{LIST}<Contents><Key>a</Key><Size>-3</Size></Contents></ListBucketResult>"),
        format!("{LIST}{}</ListBucketResult>", item("a").replace("2026", "not-a-year")),
        format!("{LIST}{}</ListBucketResult>", item("a").replace("<Size>3</Size>", "")),
        "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><ListBucketResult>&b;".to_owned(),
    ];
    for body in not_lists {
        let error = Stub::answering(response("200 OK", &body)).bucket().list("", NOW).unwrap_err();
        assert!(matches!(error, BlobError::Malformed(_)), "{body}: {error}");
    }
    let other = Stub::answering(list(&item("secrets")));
    assert!(matches!(other.bucket().list("cwd-", NOW), Err(BlobError::Malformed(_))));
    let latin = Stub::start(|_, stream| {
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n\xff"));
    });
    assert!(matches!(latin.bucket().list("", NOW), Err(BlobError::Malformed(_))));
}

#[test]
fn entities_in_keys_are_decoded() {
    let stub = Stub::answering(list(&item("a&amp;b&lt;c&#x27;d&quot;")));
    assert_eq!(stub.bucket().list("", NOW).unwrap()[0].key, "a&b<c'd\"");
}

#[test]
fn a_list_that_follows_itself_ends() {
    let again = "<IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>";
    let same = Stub::answering(list(&format!("{}{again}", item("a"))));
    assert!(matches!(same.bucket().list("", NOW), Err(BlobError::Malformed(_))));
    let mut number = 0;
    let empty = Stub::start(move |_, stream| {
        number += 1;
        let page = list(&again.replace('x', &number.to_string()));
        drop(stream.write_all(page.as_bytes()));
    });
    assert!(matches!(empty.bucket().list("", NOW), Err(BlobError::Malformed(_))));
}

#[test]
fn the_token_of_a_page_asks_for_the_next_one() {
    let (tell, told) = mpsc::channel();
    let stub = Stub::start(move |head, stream| {
        let is_second = head.contains("continuation-token=");
        let more = "<IsTruncated>true</IsTruncated>\
                    <NextContinuationToken>a/b+c=&amp;d</NextContinuationToken>";
        let page = if is_second { item("p-2") } else { format!("{}{more}", item("p-1")) };
        tell.send(head.lines().next().unwrap().to_owned()).unwrap();
        drop(stream.write_all(list(&page).as_bytes()));
    });
    let objects = stub.bucket().list("p-", NOW).unwrap();
    assert_eq!(objects.iter().map(|object| &*object.key).collect::<Vec<_>>(), ["p-1", "p-2"]);
    assert_eq!((objects[0].bytes, objects[0].modified), (3, NOW));
    let requests: Vec<_> = told.try_iter().collect();
    assert!(requests[0].starts_with("GET /blog/?") && requests[0].contains("prefix=p-"));
    assert!(requests[1].contains("continuation-token=a%2Fb%2Bc%3D%26d"), "{requests:?}");
}

#[test]
fn a_key_names_an_object_and_nothing_else() {
    let (tell, told) = mpsc::channel();
    let stub = Stub::start(move |head, stream| {
        tell.send(head.lines().next().unwrap().to_owned()).unwrap();
        drop(stream.write_all(response("200 OK", "").as_bytes()));
    });
    let bucket = stub.bucket();
    let long = "x".repeat(1025);
    for key in ["", ".", "..", "a/../b", "../other/a", "a/%2e%2E/b", "./a", &long] {
        all_fail_with_key(&bucket, key);
    }
    assert_eq!(told.try_iter().count(), 0);
    for key in ["/a", "//host/a", "a?b#c", "a\r\nx: y", "a b"] {
        bucket.delete(key, NOW).unwrap();
        let request = told.recv().unwrap();
        assert!(request.starts_with("DELETE /blog/"), "{key:?}: {request}");
        assert!(request.ends_with(" HTTP/1.1") && request.matches(' ').count() == 2, "{request}");
    }
}

#[track_caller]
fn all_fail_with_key(bucket: &S3Bucket, key: &str) {
    assert!(matches!(bucket.put(key, "text/plain", b"", NOW), Err(BlobError::Key)), "{key}");
    assert!(matches!(bucket.get(key, NOW), Err(BlobError::Key)), "{key}");
    assert!(matches!(bucket.delete(key, NOW), Err(BlobError::Key)), "{key}");
}

#[test]
fn addresses_that_are_no_service_are_refused() {
    for endpoint in ["ftp://host/", "file:///tmp", "mailto:a@x.io", "http://user:pa55@host/"] {
        let error = S3Bucket::new(&config(endpoint), &limits()).unwrap_err();
        assert!(matches!(error, BlobError::Endpoint), "{endpoint}");
    }
    for bucket in ["", ".", ".."] {
        let config = S3Config { bucket: bucket.to_owned(), ..config("http://host") };
        assert!(S3Bucket::new(&config, &limits()).is_err(), "{bucket}");
    }
}

#[test]
fn a_path_of_the_service_is_kept_and_no_secret_prints() {
    let (tell, told) = mpsc::channel();
    let stub = Stub::start(move |head, stream| {
        tell.send(head.to_owned()).unwrap();
        drop(stream.write_all(response("200 OK", "").as_bytes()));
    });
    let endpoint = format!("http://{}/base/?q=1#f", stub.address);
    let config = S3Config { bucket: "a/b c".to_owned(), ..config(&endpoint) };
    let bucket = S3Bucket::new(&config, &limits()).unwrap();
    bucket.put("k", "text/plain", b"", NOW).unwrap();
    let head = told.recv().unwrap();
    assert!(head.starts_with("PUT /base/a%2Fb%20c/k?"), "{head}");
    assert!(!head.to_lowercase().contains("authorization:"), "{head}");
    assert!(head.contains("content-length: 0") && head.contains("content-type: text/plain"));
    assert!(!format!("{bucket:?} {config:?}").contains("hunter2"));
}
