//! Friends as clients ask for them (contract qexo, 1.5 and section 12; checklist 1, 2 and 17).

use serde_json::json;

use super::{
    super::support::{FORM, TOKEN, blog, form},
    DELETED, listed,
};

#[test]
fn tokens_are_taken_from_every_place() {
    let blog = blog();
    let bearer = format!("Bearer {TOKEN}");
    let add = |query: &str, headers: &[(&str, &str)], body: &str| {
        let path = format!("/pub/add_friend/{query}");
        blog.server.send("POST", &path, headers, Some(body)).status
    };
    let friend = "name=a&url=b";
    let part = |name: &str, text: &str| {
        format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
    };
    let multipart = |token: &str| {
        let parts = [part("name", "a"), part("url", "b"), part("token", token)];
        format!("{}--X--\r\n", parts.concat())
    };
    let kinds = ["multipart/form-data; boundary=X", "application/json"];
    let json = json!({ "name": "a", "url": "b", "token": TOKEN }).to_string();
    for status in [
        add(&format!("?token={TOKEN}"), &[("content-type", FORM)], friend),
        add("", &[("content-type", FORM)], &format!("{friend}&token={TOKEN}")),
        add("", &[("content-type", kinds[0])], &multipart(TOKEN)),
        add("", &[("content-type", kinds[1])], &json),
        add("", &[("content-type", FORM), ("authorization", &bearer)], friend),
    ] {
        assert_eq!(status, 200);
    }
    assert_eq!(blog.all_friends("").len(), 5);
    assert_eq!(add("", &[("content-type", FORM)], friend), 403);
    assert_eq!(add("", &[("content-type", kinds[0])], &multipart("wrong")), 403);
    assert_eq!(blog.all_friends("").len(), 5);
}

/// As the widgets and programs of section 12 send it.
#[test]
fn clients_are_served_as_they_ask() {
    let blog = blog();
    let ada = [("name", "Ada L"), ("url", "https://ada.example/?a=1&b=2")];
    let origin = ("origin", "https://blog.example");
    // C-MCP: a token in the body, nothing that is optional.
    let accept = ("accept", "application/json");
    let body = form(&[&[("token", TOKEN)], &ada[..]].concat());
    let headers = [accept, ("content-type", FORM)];
    let added = blog.server.send("POST", "/pub/add_friend/", &headers, Some(&body));
    assert!(added.header("content-type").contains("json"));
    assert_eq!((added.status, &added.json()["status"]), (200, &json!(true)));
    let path = format!("/pub/get_friends/?token={TOKEN}&s=ada");
    let found = blog.server.send("GET", &path, &[accept], None);
    assert!(found.header("content-type").contains("json"));
    for member in ["name", "url", "description"] {
        assert!(found.json()["data"][0][member].is_string());
    }
    assert_eq!(found.json()["data"][0]["status"], true);

    // C-FLIST, C-ICA and C-LINK, with and without a slash too many; C-FR; scripts.
    let plain = [("content-type", "text/plain"), origin];
    let python = [("user-agent", "python-requests/2.31"), ("accept", "*/*")];
    for (path, headers) in [
        ("/pub/friends/", &plain[..]),
        ("//pub/friends/", &plain),
        ("/pub/friends/", &[origin]),
        ("/pub/friends/", &python),
        ("/pub/friends/?x=1", &[]),
    ] {
        let answer = blog.server.send("GET", path, headers, None);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        let friend = &listed(&answer)[0];
        for member in ["name", "url", "image", "description", "time"] {
            assert!(friend[member].is_string(), "{path}: {friend}");
        }
        // What C-ICA cuts the host out of.
        assert_eq!(friend["url"].as_str().unwrap().split('/').nth(2), Some("ada.example"));
        assert!(friend.get("status").is_none());
    }
    let time = added.json()["time"].as_str().unwrap().to_owned();
    let body = form(&[("token", TOKEN), ("time", &time)]);
    blog.server.send("POST", "/pub/del_friend/", &headers, Some(&body)).expect(200, DELETED);
}
