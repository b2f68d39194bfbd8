//! A delivery as it is sent.

use domain::identity::ports::{WebHeader, WebMethod, WebRequest};
use domain::secret::Secret;
use jiff::Timestamp;

use super::signature::{Message, signatures};

/// Of an answer only its status counts; a little of it is read so that the receiver may finish.
const ANSWER_BYTES_MAX: usize = 4 * 1024;

/// One attempt. It follows no redirect: what is signed for one place is not shown to another.
pub fn to_send(
    url: &str,
    id: &str,
    body: Vec<u8>,
    secrets: &[Secret<Vec<u8>>],
    time: Timestamp,
) -> WebRequest {
    let signed = signatures(Message { id, time, body: &body }, secrets);
    let headers = [
        ("content-type", "application/cloudevents+json; charset=utf-8".to_owned()),
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", time.as_second().to_string()),
        ("webhook-signature", signed),
    ];
    let header = |(name, value): (&str, String)| WebHeader {
        name: name.to_owned(),
        value: Secret::new(value),
        is_secret: false,
    };
    WebRequest {
        method: WebMethod::Post,
        url: url.to_owned(),
        headers: headers.map(header).to_vec(),
        body,
        redirects_max: 0,
        answer_bytes_max: ANSWER_BYTES_MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_carries_id_time_and_signatures() {
        let time = Timestamp::from_second(1_700_000_000).unwrap();
        let secrets = [Secret::new(vec![7; 32]), Secret::new(vec![8; 32])];
        let request = to_send("https://example.org/hook", "evt_1", b"{}".to_vec(), &secrets, time);
        let value = |name: &str| {
            let header = request.headers.iter().find(|header| header.name == name).unwrap();
            header.value.reveal().clone()
        };
        assert_eq!((value("webhook-id"), value("webhook-timestamp")), ("evt_1".into(), "1700000000".into()));
        assert_eq!(value("webhook-signature").split(' ').count(), 2);
        assert_eq!(value("content-type"), "application/cloudevents+json; charset=utf-8");
        assert_eq!((request.redirects_max, request.method), (0, WebMethod::Post));
    }
}
