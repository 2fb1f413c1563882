//! Following a payload's link: to S3 and nowhere else, as far as a bound.
//!
//! A link carries its own signature. It is sent to S3 and is never shown.
//!
//! Source: Amazon S3 user guide, "Sharing objects with presigned URLs"; AWS general reference, "Service endpoints".

use bytes::Bytes;
use http::{Request, Uri};
use http_body_util::{BodyExt as _, Empty, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::link::MOST;

/// What the names of S3's hosts end with, partition by partition.
const DOMAINS: [&str; 7] = [
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".amazonaws.eu",
    ".c2s.ic.gov",
    ".sc2s.sgov.gov",
    ".cloud.adc-e.uk",
    ".csp.hci.ic.gov",
];

/// Follows links.
pub(super) struct Links {
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
    endpoint: Option<Uri>,
}

impl Links {
    /// Links to S3, and to an endpoint in its place.
    pub(super) fn new(endpoint: Option<&str>) -> Result<Self, String> {
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::aws_lc_rs::default_provider())
            .map_err(|error| format!("no certificates of authorities: {error}"))?
            .https_or_http()
            .enable_http1()
            .build();
        let endpoint = endpoint.map(str::parse).transpose();
        Ok(Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            endpoint: endpoint.map_err(|_| "the endpoint for S3 is no URL".to_owned())?,
        })
    }

    /// What stands behind a link. No redirection is followed.
    pub(super) async fn fetch(&self, link: &str) -> Result<Vec<u8>, String> {
        let uri: Uri = link.parse().map_err(|_| "its link is no URL".to_owned())?;
        if !self.leads_to_s3(&uri) {
            return Err("its link does not lead to S3".to_owned());
        }
        let request = Request::get(uri).body(Empty::new()).map_err(|_| "its link is no URL".to_owned())?;
        // The client's own words hold the link.
        let response = self.client.request(request).await;
        let response = response.map_err(|_| "its link could not be followed".to_owned())?;
        if !response.status().is_success() {
            return Err(format!("its link was answered with status {}", response.status().as_u16()));
        }
        let body = Limited::new(response.into_body(), MOST).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() {
                format!("what its link leads to is larger than {MOST} bytes")
            } else {
                "what its link leads to broke off".to_owned()
            }
        })?;
        Ok(body.to_bytes().into())
    }

    fn leads_to_s3(&self, uri: &Uri) -> bool {
        let place = |uri: &Uri| (uri.scheme().cloned(), uri.authority().cloned());
        let own = self.endpoint.as_ref().is_some_and(|endpoint| place(endpoint) == place(uri));
        own || uri.scheme_str() == Some("https") && uri.host().is_some_and(is_s3) && has_no_user(uri)
    }
}

fn is_s3(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let name = DOMAINS.iter().find_map(|domain| host.strip_suffix(domain));
    name.is_some_and(|name| name.split('.').any(|label| label == "s3" || label.starts_with("s3-")))
}

fn has_no_user(uri: &Uri) -> bool {
    uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_s3_and_to_the_endpoint_in_its_place_alone() {
        let links = Links::new(Some("http://127.0.0.1:9000")).unwrap();
        let leads = |link: &str| links.leads_to_s3(&link.parse().unwrap());
        for link in [
            "https://s3.eu-west-1.amazonaws.com/b/k?X-Amz-Signature=0",
            "https://bucket.s3.eu-west-1.amazonaws.com/k",
            "https://bucket.s3-accelerate.amazonaws.com/k",
            "https://bucket.s3.cn-north-1.amazonaws.com.cn/k",
            "http://127.0.0.1:9000/b/k",
        ] {
            assert!(leads(link), "{link}");
        }
        for link in [
            "http://s3.eu-west-1.amazonaws.com/b/k",
            "https://s3.amazonaws.com.example.net/b/k",
            "https://amazonaws.com/s3",
            "https://s3.eu-west-1.amazonaws.com@example.net/",
            "http://169.254.169.254/latest/meta-data",
            "http://127.0.0.1:9001/b/k",
            "https://127.0.0.1:9000/b/k",
            "/b/k",
        ] {
            assert!(!leads(link), "{link}");
        }
    }
}
