//! Where a request is meant for: one endpoint of a region that is served, and nowhere else.
//!
//! A caller names the region in its signature, and may have called the region's own host name. Both only
//! choose among endpoints that were worked out at the start, so that nobody is led anywhere else.
//! Source: AWS general reference, "Amazon ECS endpoints and quotas".

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_ecs::config::endpoint::{DefaultResolver, Params, ResolveEndpoint as _};
use http::Uri;
use policyctl_policies::role_arn::partition_of;

use super::Error;
use super::answer::Refusal;

/// An endpoint, and the region that requests to it are signed for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) region: Arc<str>,
    pub(super) partition: &'static str,
    pub(super) uri: Uri,
}

/// Every endpoint that is served.
#[derive(Debug)]
pub(super) struct Places {
    /// One for each region, where a caller does not say which of its endpoints.
    usual: Vec<Place>,
    /// By the host name that a caller may have called.
    called: BTreeMap<String, Place>,
}

/// Which of a region's endpoints.
#[derive(Clone, Copy)]
struct Variant {
    fips: bool,
    dual_stack: bool,
}

const VARIANTS: [Variant; 4] = [
    Variant { fips: false, dual_stack: false },
    Variant { fips: true, dual_stack: false },
    Variant { fips: false, dual_stack: true },
    Variant { fips: true, dual_stack: true },
];

impl Places {
    /// The endpoints of these regions, or of the surroundings' own; at an upstream of one's own instead, in
    /// which `{region}` stands for the region.
    pub(super) async fn new(
        surroundings: &SdkConfig,
        regions: &[String],
        upstream: Option<&str>,
    ) -> Result<Self, Error> {
        let own = || surroundings.region().map(ToString::to_string);
        let regions = if regions.is_empty() { own().into_iter().collect() } else { regions.to_vec() };
        if regions.is_empty() {
            return Err(Error::NoRegion);
        }
        let usual = Variant {
            fips: surroundings.use_fips().unwrap_or_default(),
            dual_stack: surroundings.use_dual_stack().unwrap_or_default(),
        };
        let mut places = Self { usual: Vec::new(), called: BTreeMap::new() };
        for region in &regions {
            let instead = upstream.map(|url| url.replace("{region}", region));
            places.usual.push(match &instead {
                Some(url) => place(region, url)?,
                None => place(region, &endpoint(region, usual).await?)?,
            });
            places.add_called(region, instead.as_deref()).await?;
        }
        Ok(places)
    }

    async fn add_called(&mut self, region: &str, instead: Option<&str>) -> Result<(), Error> {
        for variant in VARIANTS {
            // Not every partition has every variant.
            let Ok(url) = endpoint(region, variant).await else { continue };
            let own = place(region, &url)?;
            let host = own.uri.host().unwrap_or_default().to_owned();
            self.called.insert(host, instead.map_or(Ok(own), |url| place(region, url))?);
        }
        Ok(())
    }

    /// Where a request goes that is signed for this region and called this host.
    pub(super) fn choose(&self, signed: Option<&str>, host: &str) -> Result<&Place, Refusal> {
        let called = self.called(host);
        let Some(region) = signed else {
            let only = if let [only] = self.usual.as_slice() { Some(only) } else { None };
            return called.or(only).ok_or_else(|| {
                Refusal::client("region", "the request names none of the regions that this gateway serves")
            });
        };
        match called {
            Some(place) if *place.region == *region => Ok(place),
            Some(_) => {
                Err(Refusal::client("region", "the request is signed for another region than its host's"))
            }
            None => self.usual.iter().find(|place| *place.region == *region).ok_or_else(|| self.foreign()),
        }
    }

    fn foreign(&self) -> Refusal {
        let served: Vec<_> = self.usual.iter().map(|place| &*place.region).collect();
        let served = served.join(", ");
        Refusal::client(
            "region",
            format!("this gateway serves {served}, and the request is signed for another region"),
        )
    }

    /// The endpoint that has this host name.
    pub(super) fn called(&self, host: &str) -> Option<&Place> {
        let name = host.split(':').next().unwrap_or_default();
        self.called.get(name.to_ascii_lowercase().trim_end_matches('.'))
    }

    /// Every endpoint that requests may go to, each once.
    pub(super) fn endpoints(&self) -> impl Iterator<Item = &Uri> {
        let all = self.usual.iter().chain(self.called.values()).map(|place| &place.uri);
        let mut seen = HashSet::new();
        all.filter(move |uri| seen.insert(*uri))
    }

    /// Where requests go that do not say.
    pub(super) fn usual(&self) -> impl Iterator<Item = &Place> {
        self.usual.iter()
    }
}

/// The endpoint of a region in its partition. What clients are told by AWS_ENDPOINT_URL_ECS is not asked: it
/// may well be this gateway.
async fn endpoint(region: &str, variant: Variant) -> Result<String, Error> {
    let parameters = Params::builder()
        .region(region)
        .use_fips(variant.fips)
        .use_dual_stack(variant.dual_stack)
        .build()
        .map_err(|error| Error::Upstream(error.to_string()))?;
    let endpoint = DefaultResolver::new().resolve_endpoint(&parameters).await;
    endpoint.map(|endpoint| endpoint.url().to_owned()).map_err(|error| Error::Upstream(error.to_string()))
}

fn place(region: &str, url: &str) -> Result<Place, Error> {
    let wrong = || Error::Upstream(format!("`{url}` is not an http or https URL without a path"));
    Ok(Place { region: region.into(), partition: partition_of(region), uri: whole(url).ok_or_else(wrong)? })
}

/// A URL with `/` as its path.
fn whole(url: &str) -> Option<Uri> {
    let uri: Uri = url.parse().ok()?;
    let known = matches!(uri.scheme_str(), Some("http" | "https"));
    let bare = uri.path() == "/" && uri.query().is_none();
    let authority = uri.authority().filter(|_| known && bare)?;
    Uri::builder().scheme(uri.scheme_str()?).authority(authority.as_str()).path_and_query("/").build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn places(regions: &[&str], upstream: Option<&str>) -> Places {
        let regions: Vec<_> = regions.iter().map(|region| (*region).to_owned()).collect();
        Places::new(&SdkConfig::builder().build(), &regions, upstream).await.unwrap()
    }

    #[test]
    fn an_upstream_is_a_host() {
        assert_eq!(whole("http://127.0.0.1:5000").unwrap(), "http://127.0.0.1:5000/");
        for wrong in ["", "127.0.0.1", "ftp://a", "http://a/b", "http://a?b"] {
            assert_eq!(whole(wrong), None, "{wrong}");
        }
    }

    #[tokio::test]
    async fn every_endpoint_of_a_region_and_its_partition_is_known_by_its_host() {
        let places = places(&["eu-west-1", "cn-north-1", "us-gov-west-1"], None).await;
        for (host, region, url) in [
            ("ecs.eu-west-1.amazonaws.com", "eu-west-1", "https://ecs.eu-west-1.amazonaws.com/"),
            (
                "ECS-FIPS.eu-west-1.amazonaws.com:443",
                "eu-west-1",
                "https://ecs-fips.eu-west-1.amazonaws.com/",
            ),
            ("ecs.eu-west-1.api.aws", "eu-west-1", "https://ecs.eu-west-1.api.aws/"),
            ("ecs.cn-north-1.amazonaws.com.cn", "cn-north-1", "https://ecs.cn-north-1.amazonaws.com.cn/"),
            ("gateway.internal", "us-gov-west-1", "https://ecs.us-gov-west-1.amazonaws.com/"),
        ] {
            let place = places.choose(Some(region), host).unwrap();
            assert_eq!((&*place.region, place.uri.to_string().as_str()), (region, url), "{host}");
        }
    }

    #[tokio::test]
    async fn a_host_chooses_nothing_that_is_not_served() {
        let places = places(&["eu-west-1", "eu-west-2"], None).await;
        for (signed, host) in [
            (Some("us-east-1"), "gateway.internal"),
            (Some("us-east-1"), "ecs.us-east-1.amazonaws.com"),
            (Some("eu-west-2"), "ecs.eu-west-1.amazonaws.com"),
            (None, "gateway.internal"),
            (None, "ecs.us-east-1.amazonaws.com"),
        ] {
            assert!(places.choose(signed, host).is_err(), "{signed:?} {host}");
        }
        let evil = places.choose(Some("eu-west-1"), "evil.example").unwrap();
        assert_eq!(evil.uri, "https://ecs.eu-west-1.amazonaws.com/");
        assert!(places.choose(None, "ecs.eu-west-2.amazonaws.com").is_ok());
    }

    #[tokio::test]
    async fn an_upstream_of_ones_own_stands_for_every_endpoint() {
        let places = places(&["eu-west-1", "eu-west-2"], Some("http://ecs.{region}.test")).await;
        for host in ["ecs.eu-west-2.amazonaws.com", "127.0.0.1:8970"] {
            assert_eq!(places.choose(Some("eu-west-2"), host).unwrap().uri, "http://ecs.eu-west-2.test/");
        }
    }
}
