//! Contract cwd, 1.5: the rules are tested row by row beside them, the wiring here.

use actix_web::{
    HttpResponse,
    web::{self, ServiceConfig},
};
use inkstone_server::{
    caller::ClientAddress,
    config::{ClientAddressHeader, TrustedProxies},
};

use crate::support::Server;

const CLAIMS: [(&str, &str); 4] = [
    ("x-forwarded-for", "8.8.8.8, 1.1.1.1"),
    ("x-real-ip", "2.2.2.2"),
    ("cf-connecting-ip", "3.3.3.3"),
    ("forwarded", "for=4.4.4.4"),
];

fn whoami(app: &mut ServiceConfig) {
    let answer = |ClientAddress(address): ClientAddress| async move {
        HttpResponse::Ok().body(address.to_string())
    };
    app.route("/whoami", web::get().to(answer));
}

#[test]
fn claims_of_strangers_are_ignored() {
    let server = Server::start_with(|_| {}, whoami);
    server.send("GET", "/whoami", &CLAIMS, None).expect(200, "127.0.0.1");
}

#[test]
fn a_trusted_proxy_is_believed_about_one_header() {
    for (header, client) in [
        (ClientAddressHeader::XForwardedFor, "1.1.1.1"),
        (ClientAddressHeader::XRealIp, "2.2.2.2"),
        (ClientAddressHeader::CfConnectingIp, "3.3.3.3"),
    ] {
        let server = Server::start_with(
            |config| {
                config.server.trusted_proxies = TrustedProxies::parse(["127.0.0.0/8"]).unwrap();
                config.server.client_address_header = header;
            },
            whoami,
        );
        server.send("GET", "/whoami", &CLAIMS, None).expect(200, client);
        server.get("/whoami").expect(200, "127.0.0.1");
    }
}
