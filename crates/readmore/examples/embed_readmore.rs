//! Followers of an account unlock articles, in a program of your own.
//!
//! `cargo run -p inkstone-readmore --features testing --example embed_readmore`

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use inkstone_readmore::{
    BlogId, CodeLength, Crowd, Draw, Follower, Holder, MemoryReadmore, OpenId, Readmore,
    Resubscribe, SignKey, Terms, Wanted,
};
use inkstone_vocab::Timestamp;

fn main() -> Result<(), Box<dyn Error>> {
    let readmore = Readmore::new(MemoryReadmore::default());
    let blog = BlogId::parse("18762-1609305354821-257").ok_or("no blog")?;
    let person = OpenId::parse("oFROM_1234567890abcdefghijkl").ok_or("no person")?;
    let account = OpenId::parse("gh_0123456789ab").ok_or("no account")?;
    let ada = Follower { person, account };
    let now = Timestamp::from_millis(1_684_075_592_000);
    let terms = Terms {
        key: SignKey::new(&[7; 64])?, // a real program has 64 secret bytes
        life_millis: 365 * 86_400_000,
        resubscribe: Resubscribe::Block,
        accept_unlisted: true,
    };

    readmore.follow(&ada, now)?;
    let wanted = Wanted {
        blog: blog.clone(),
        holder: Holder::Follower(ada.clone()),
        length: CodeLength::new(6).ok_or("no length")?,
        life_millis: 300_000,
        resubscribe: terms.resubscribe,
        crowd: Crowd::default(),
    };
    let draws = [Draw::new(4_375_541_234); Draw::COUNT]; // a real program draws random ones
    let captcha = readmore.issue(&wanted, &draws, now)?.captcha;
    let unlocked = readmore.unlock(&blog, captcha.code.as_str(), [9; 16], &terms, now)?;
    let open = || readmore.check(&blog, &unlocked.token, &terms, now.plus_millis(2000)).is_ok();
    println!("{} opens the blog: {}", captcha.code.as_str(), open());

    readmore.leave(&ada, now.plus_millis(1000))?;
    println!("after leaving the account: {}", open());
    Ok(())
}
