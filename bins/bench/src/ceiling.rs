//! The reference: what actix-web gives without any work, in a process of its own.

use std::{fs, process::Command};

use actix_web::{App, HttpResponse, HttpServer, web};

use crate::process::{Process, Workplace, free_address};

/// Fifteen bytes, as in the smallest answers of the API.
const SMALL: &str = r#"{"likes":12345}"#;

/// Starts the reference with the bodies of real answers, at `/0`, `/1`, …
pub(crate) fn start(workplace: &Workplace, bodies: &[&[u8]]) -> anyhow::Result<Process> {
    let address = free_address()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["ceiling", &address]);
    for (number, body) in bodies.iter().enumerate() {
        let path = workplace.path(&format!("body-{number}"));
        fs::write(&path, body)?;
        command.arg(path);
    }
    Process::start(&mut command, &address, "/")
}

/// Answers `/` with fifteen bytes and `/0`, `/1`, … with the bytes of `files`, until it is ended.
#[actix_web::main]
pub(crate) async fn serve(address: &str, files: &[&str]) -> anyhow::Result<()> {
    let bodies: Vec<web::Bytes> =
        files.iter().map(|file| fs::read(file).map(web::Bytes::from)).collect::<Result<_, _>>()?;
    HttpServer::new(move || {
        let small = web::get().to(async || json(web::Bytes::from_static(SMALL.as_bytes())));
        bodies.iter().enumerate().fold(App::new().route("/", small), |app, (number, body)| {
            let body = body.clone();
            let answer = web::get().to(move || std::future::ready(json(body.clone())));
            app.route(&format!("/{number}"), answer)
        })
    })
    .tcp_nodelay(true)
    .bind(address)?
    .run()
    .await?;
    Ok(())
}

fn json(body: web::Bytes) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(body)
}
