//! `//api///comments` is `/api/comments`: base addresses are configured with and without a
//! trailing slash, and no client follows a redirect before a preflight.

use actix_web::{dev::ServiceRequest, http::Uri};

/// Collapses repeated slashes in the path; the query stays as it is.
pub(super) fn collapse(request: &mut ServiceRequest) {
    let uri = &request.head().uri;
    if !uri.path().contains("//") {
        return;
    }
    let mut target = collapsed(uri.path());
    if let Some(query) = uri.query() {
        target.push('?');
        target.push_str(query);
    }
    // What was a valid target is one with fewer slashes; if not, the request stays as it came.
    let Ok(uri) = target.parse::<Uri>() else { return };
    request.match_info_mut().get_mut().update(&uri);
    request.head_mut().uri = uri;
}

fn collapsed(path: &str) -> String {
    let mut collapsed = String::with_capacity(path.len());
    for character in path.chars() {
        if character != '/' || !collapsed.ends_with('/') {
            collapsed.push(character);
        }
    }
    collapsed
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn only_the_path_changes() {
        for (target, expected) in [
            ("/a/b", "/a/b"),
            ("//a///b//", "/a/b/"),
            ("//", "/"),
            ("/a//b?u=https://x//y", "/a/b?u=https://x//y"),
            ("/a?u=//", "/a?u=//"),
            ("/a%2F%2Fb//c", "/a%2F%2Fb/c"),
        ] {
            let mut request = TestRequest::get().uri(target).to_srv_request();
            collapse(&mut request);
            assert_eq!(request.uri().path_and_query().unwrap().as_str(), expected);
            assert_eq!(request.match_info().unprocessed(), request.uri().path());
        }
    }
}
