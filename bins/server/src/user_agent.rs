//! What a `User-Agent` header says about the program and its machine (contract cwd, section 8).

use inkstone_comments::UserAgent;
use woothee::parser::{Parser, WootheeResult};

/// The most characters of the header that are kept.
const MAX_CHARS: usize = 1024;
/// What the parser says when it does not know.
const UNKNOWN: &str = "UNKNOWN";

/// Reads `header`; what is not understood stays empty, and every machine is at least a `Desktop`.
pub fn parse(header: &str) -> UserAgent {
    let header: String = header.chars().filter(|c| !c.is_control()).take(MAX_CHARS).collect();
    let found = Parser::new().parse(&header).filter(|found| found.category != "misc");
    let known = |text: &str| if text == UNKNOWN { String::new() } else { text.to_owned() };
    let os = found.as_ref().map_or_else(String::new, |found| known(&os(found, &header)));
    let browser = found.as_ref().map_or_else(String::new, |found| known(&browser(found)));
    let device = found.as_ref().and_then(|found| device(found, &header));
    UserAgent { os, browser, device: device.unwrap_or("Desktop").to_owned(), header }
}

/// Whether `header` is that of a robot that says so.
pub fn is_robot(header: &str) -> bool {
    let header: String = header.chars().take(MAX_CHARS).collect();
    Parser::new().parse(&header).is_some_and(|found| found.category == "crawler")
}

fn os(found: &WootheeResult<'_>, header: &str) -> String {
    let name = match found.os {
        "Mac OSX" => "macOS",
        "iPhone" | "iPad" | "iPod" | "iOS" => "iOS",
        "Linux" if header.contains("Ubuntu") => return "Ubuntu".to_owned(),
        // Its name holds the version already; `os_version` is the kernel's.
        windows if windows.starts_with("Windows") => return windows.to_owned(),
        other => other,
    };
    with_version(name, &found.os_version)
}

fn browser(found: &WootheeResult<'_>) -> String {
    let mobile = matches!(found.category, "smartphone" | "mobilephone");
    match found.name {
        "Safari" | "Chrome" if mobile => {
            with_version(&format!("Mobile {}", found.name), found.version)
        }
        "Internet Explorer" => with_version("IE", found.version),
        name => with_version(name, found.version),
    }
}

fn with_version(name: &str, version: &str) -> String {
    if version == UNKNOWN || version.is_empty() {
        return name.to_owned();
    }
    format!("{name} {version}")
}

fn device<'a>(found: &WootheeResult<'a>, header: &'a str) -> Option<&'a str> {
    match found.os {
        "Mac OSX" => Some("Macintosh"),
        "iPhone" | "iPad" | "iPod" => Some(found.os),
        "Android" => android_model(header),
        _ => None,
    }
}

/// `Pixel 8` of `(Linux; Android 14; Pixel 8 Build/X)`.
fn android_model(header: &str) -> Option<&str> {
    let (_, rest) = header.split_once("Android ")?;
    let (_, rest) = rest.split_once("; ")?;
    let model = rest.split(&[';', ')'][..]).next()?;
    let model = model.split(" Build/").next()?.trim();
    (!model.is_empty()).then_some(model)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn understands_the_programs_of_the_contract() {
        for (header, os, browser, device) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/143.0.0.0 Safari/537.36",
                "Windows 10",
                "Chrome 143.0.0.0",
                "Desktop",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like \
                 Gecko) Version/17.1 Safari/605.1.15",
                "macOS 10.15.7",
                "Safari 17.1",
                "Macintosh",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, \
                 like Gecko) Version/17.1 Mobile/15E148 Safari/604.1",
                "iOS 17.1",
                "Mobile Safari 17.1",
                "iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/120.0.0.0 Mobile Safari/537.36",
                "Android 14",
                "Mobile Chrome 120.0.0.0",
                "Pixel 8",
            ),
            (
                "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0",
                "Ubuntu",
                "Firefox 121.0",
                "Desktop",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0",
                "Windows 10",
                "Edge 120.0.0.0",
                "Desktop",
            ),
            ("curl/8.0", "", "", "Desktop"),
            ("", "", "", "Desktop"),
        ] {
            let agent = parse(header);
            assert_eq!(
                (&*agent.os, &*agent.browser, &*agent.device),
                (os, browser, device),
                "{header}"
            );
            assert_eq!(agent.header, header);
        }
    }

    #[test]
    fn robots_say_what_they_are() {
        for (header, robot) in [
            ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", true),
            ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", true),
            ("Mozilla/5.0 (compatible; Baiduspider/2.0)", true),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0", false),
            ("curl/8.0", false),
            ("", false),
        ] {
            assert_eq!(is_robot(header), robot, "{header}");
        }
    }

    #[test]
    fn hostile_headers_are_cut_and_cleaned() {
        let agent = parse(&format!("Android \u{0}; {}", "x".repeat(100_000)));
        assert_eq!(agent.header.chars().count(), MAX_CHARS);
        assert!(agent.device.chars().count() <= MAX_CHARS && !agent.header.contains('\0'));
    }
}
