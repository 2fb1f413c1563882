//! Verifying a signature as the service does: signing again what is said to be signed.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use super::recorder::Recorded;

/// Whether these credentials signed this request, as it arrived, for this region.
pub(crate) fn verifies(recorded: &Recorded, credentials: Credentials, region: &str) -> bool {
    let signed = recorded.header("authorization");
    let names = signed.split("SignedHeaders=").nth(1).and_then(|rest| rest.split(',').next()).unwrap();
    let anew = ["x-amz-date", "x-amz-security-token"];
    let headers =
        names.split(';').filter(|name| !anew.contains(name)).map(|name| (name, recorded.header(name)));
    let identity = credentials.into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("ecs")
        .time(time_of(recorded.header("x-amz-date")))
        .settings(SigningSettings::default())
        .build()
        .unwrap()
        .into();
    let uri = format!("http://{}/", recorded.header("host"));
    let request = SignableRequest::new("POST", uri, headers, SignableBody::Bytes(&recorded.body)).unwrap();
    let (_, signature) = sign(request, &parameters).unwrap().into_parts();
    signed.ends_with(&format!("Signature={signature}"))
}

/// `20261125T030000Z`
fn time_of(date: &str) -> SystemTime {
    let part = |range: std::ops::Range<usize>| date.get(range).unwrap();
    let (day, time) =
        ([part(0..4), part(4..6), part(6..8)].join("-"), [part(9..11), part(11..13), part(13..15)].join(":"));
    let time = DateTime::from_str(&format!("{day}T{time}Z"), Format::DateTime).unwrap();
    SystemTime::try_from(time).unwrap()
}
