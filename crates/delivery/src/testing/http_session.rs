//! The conversation of an HTTP stub with one client: one request, one answer.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    thread,
};

use super::{
    http_stub::{HttpBehaviour, ReceivedRequest},
    script::Script,
};

/// Hears one request and answers it.
pub(super) fn serve(
    socket: TcpStream,
    script: &Script<HttpBehaviour, ReceivedRequest>,
) -> io::Result<()> {
    let mut stream = BufReader::new(socket);
    let request = request(&mut stream)?;
    let behaviour = script.behaviour();
    script.record(request);
    answer(&mut stream, behaviour)
}

fn answer(stream: &mut BufReader<TcpStream>, behaviour: HttpBehaviour) -> io::Result<()> {
    let socket = stream.get_mut();
    match behaviour {
        HttpBehaviour::Answer { status, headers, body } => {
            let mut head = format!(
                "HTTP/1.1 {status} stub\r\nContent-Length: {}\r\nConnection: close\r\n",
                body.len()
            );
            for (name, value) in headers {
                head.extend([&name, ": ", &value, "\r\n"]);
            }
            socket.write_all(format!("{head}\r\n").as_bytes())?;
            socket.write_all(&body)
        }
        HttpBehaviour::Wait(gate, behaviour) => {
            gate.pass();
            answer(stream, *behaviour)
        }
        HttpBehaviour::HangUp => Ok(()),
        HttpBehaviour::Silence => io::copy(stream, &mut io::sink()).map(drop),
        HttpBehaviour::Drip(pause) => {
            socket.write_all(b"HTTP/1.1 200 stub\r\nContent-Length: 1000000\r\n\r\n")?;
            loop {
                socket.write_all(b" ")?;
                thread::sleep(pause);
            }
        }
        HttpBehaviour::Flood(status) => {
            socket.write_all(format!("HTTP/1.1 {status} stub\r\n\r\n").as_bytes())?;
            loop {
                socket.write_all(&[b' '; 4096])?;
            }
        }
        HttpBehaviour::Raw(bytes) => socket.write_all(&bytes),
    }
}

fn request(stream: &mut BufReader<TcpStream>) -> io::Result<ReceivedRequest> {
    let first = line(stream)?;
    let mut words = first.split(' ').map(str::to_owned);
    let method = words.next().unwrap_or_default();
    let path = words.next().unwrap_or_default();
    let mut headers = Vec::new();
    loop {
        let line = line(stream)?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
    let mut body = Vec::new();
    stream.take(length).read_to_end(&mut body)?;
    Ok(ReceivedRequest { method, path, headers, body })
}

fn line(stream: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
