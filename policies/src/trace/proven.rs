//! How many recordings of the real SDK stand behind each chain: those that it agrees with. A test counts them again.

/// The recorded version and the number of recordings that the chain agrees with, by SDK in alphabetical order; an SDK
/// that is not listed has none.
static RECORDINGS: &[(&str, &str, u32)] = &[
    ("aws-cli-v1", "1.46.3", 788),
    ("aws-cli-v2", "2.36.7", 788),
    ("aws-cli-v2:2.9", "2.9.19-1", 788),
    ("boto2", "2.49.0-4.1", 788),
    ("boto3", "1.44.8", 788),
    ("boto3:1.26", "1.26.0", 788),
    ("boto3:aiobotocore", "3.10.0", 788),
    ("cpp", "pyarrow 26.0.1", 788),
    ("crt", "0.38.1", 788),
    ("crt:s3torchconnector", "s3torchconnector 1.5.0", 788),
    ("crt:tensorstore", "tensorstore 0.1.86", 788),
    ("gdal", "3.10.3 (rasterio 1.4.4)", 788),
    ("gdal:3.6", "3.6.2", 788),
    ("go-v1", "1.55.8", 788),
    ("go-v1:shared-config", "1.55.8", 788),
    ("go-v2", "1.33.15", 788),
    ("go-v2:1.18.0", "1.18.0", 788),
    ("hadoop-s3a", "3.4.2", 788),
    ("java-v1", "1.12.797", 788),
    ("java-v1:without-sts", "1.12.797", 788),
    ("java-v2", "2.57.8", 788),
    ("java-v2:2.20.0", "2.20.0", 788),
    ("java-v2:without-sts", "2.57.8", 788),
    ("js-v2", "2.1693.0", 788),
    ("js-v3", "3.1169.0", 788),
    ("js-v3:3.438", "3.438.0", 788),
    ("kotlin", "1.8.12", 788),
    ("minio-go", "7.4.1", 788),
    ("minio-py", "7.2.20", 788),
    ("object-store", "obstore 0.12.1", 788),
    ("object-store:deltalake", "deltalake 1.6.6", 788),
    ("object-store:polars", "polars 2.1.0", 788),
    ("php", "3.376.2", 788),
    ("rclone", "1.60.1", 788),
    ("reqsign", "opendal 0.47.12", 788),
    ("restic", "0.14.0", 788),
    ("ruby", "3.211.0", 788),
    ("ruby:3.168", "3.168.1", 788),
    ("rusoto", "0.48.0", 788),
    ("rust", "1.13.0", 788),
    ("s3cmd", "2.3.0", 788),
    ("s3fs", "1.90", 788),
    ("s3fs:iam-role", "1.90", 788),
    ("terraform-aws", "2.0.0-beta.74", 788),
];

/// How many recordings stand behind the chain of this SDK: it says what they say.
pub fn recordings(sdk: &str) -> u32 {
    listed(sdk).map_or(0, |(.., count)| *count)
}

/// The version of this SDK, or of the program that brings it, that was recorded.
pub fn recorded_version(sdk: &str) -> Option<&'static str> {
    listed(sdk).map(|(_, version, _)| *version)
}

fn listed(sdk: &str) -> Option<&'static (&'static str, &'static str, u32)> {
    let index = RECORDINGS.binary_search_by_key(&sdk, |(listed, ..)| *listed).ok()?;
    RECORDINGS.get(index)
}

/// What of the chains no recording proves, one a line: the SDK, the part of its chain, what can be done there
/// with every recording still agreeing, and after a colon why. An entry is left out or changes places with another;
/// any other value is `told from no other value`. A test finds these again.
static UNPROVEN: &str = include_str!("unproven.txt");

/// A thing in a chain that no recording proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// Where in the chain: a provider's name or a part of the model, then fields, joined by dots.
    pub part: &'static str,
    /// What can be done there: `a before b`, `a left out`, `told from no other value`.
    pub what: &'static str,
    /// Why no recording refutes it: the SDK was not recorded where it matters, or it matters nowhere that is known.
    pub why: &'static str,
}

impl Gap {
    /// It is about this provider: what it reads, what its faults lead to, or its place in the chain.
    pub fn concerns(&self, provider: &str) -> bool {
        let ordered =
            || self.what.split(" before ").any(|name| name.trim_end_matches(" left out") == provider);
        self.part.split('.').next() == Some(provider) || (self.part == "links" && ordered())
    }

    /// It is about an order or a name, rather than how something is read or what a fault leads to.
    pub fn is_order_or_name(&self) -> bool {
        self.what.contains(' ')
            && self.part.split('.').next_back() != Some("on")
            && !self.what.starts_with("told from")
    }
}

/// What of this SDK's chain no recording proves. An SDK without recordings has none: nothing of it is proven.
pub fn unproven(sdk: &str) -> impl Iterator<Item = Gap> {
    let gap = move |line: &'static str| {
        let (_, rest) = line.split_once(' ').filter(|(listed, _)| *listed == sdk)?;
        let (part, rest) = rest.split_once(' ')?;
        let (what, why) = rest.split_once(": ")?;
        Some(Gap { part, what, why })
    };
    UNPROVEN.lines().filter_map(gap)
}
