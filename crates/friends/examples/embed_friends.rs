//! A list of friends in somebody else's program: one is added, one applies and is accepted.
//!
//! `cargo run -p inkstone-friends --example embed_friends --features testing`

#![expect(clippy::print_stdout, clippy::expect_used, reason = "an example shows what it does")]

use inkstone_friends::{
    Address, Application, Edit, Friends, MemoryFriends, NewFriend, Profile, Text,
};
use inkstone_vocab::Timestamp;

fn main() {
    let friends = Friends::new(MemoryFriends::default(), ());
    let now = Timestamp::from_millis(1_704_599_400_000);
    let profile = Profile {
        name: Text::parse("Ada").expect("text"),
        url: Address::parse("https://ada.example").expect("address"),
        ..Profile::default()
    };
    friends.add(&NewFriend { profile, shown: true }, now).expect("added");

    let site = "https://bob.example";
    let application =
        Application::parse("Bob", site, "https://bob.example/bob.png", "").expect("valid");
    let waiting = friends.apply(&application, now).expect("room");
    println!("shown before: {}", friends.shown().expect("list").len());

    let accept = Edit { shown: Some(true), ..Edit::default() };
    friends.edit(&waiting.friend().id, &accept).expect("edited");
    for friend in friends.shown().expect("list") {
        println!("{} {} {}", friend.id, friend.profile.name, friend.profile.url);
    }
}
