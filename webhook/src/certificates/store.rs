//! The Secret: how a keyring lies in it, and how it is written.
//!
//! Its type is what whoever made it chose, `kubernetes.io/tls` when we make it; kubelet and ingress controllers find the
//! leaf under the usual keys. What others put beside ours (labels, owners, other keys) stays.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::Api;
use kube::api::PostParams;

use super::keyring::{Certificate, Keyring, Pair, PrivateKey};
use super::plan::Demand;
use crate::server::certificate::from_pem;

/// The annotation that asks for a rotation, by a word that [`Demand::parse`] reads.
pub(super) const ROTATE: &str = "policyctl.dev/rotate";

const AUTHORITIES: &str = "ca.crt";
const AUTHORITY_KEY: &str = "ca.key";
const LEAF: &str = "tls.crt";
const LEAF_KEY: &str = "tls.key";
const NEXT: &str = "next.crt";
const NEXT_KEY: &str = "next.key";

type Data = BTreeMap<String, ByteString>;

/// What is in the Secret. It cannot be printed: the object holds private keys.
#[derive(Clone)]
pub(super) struct Stored {
    /// What replicas share; `None` when there is nothing of use.
    pub(super) keyring: Option<Keyring>,
    /// What the annotation asks for.
    pub(super) demand: Option<Demand>,
    object: Secret,
}

impl Stored {
    pub(super) fn new(object: Secret) -> Self {
        let demand = object.metadata.annotations.as_ref().and_then(|all| all.get(ROTATE));
        Self {
            keyring: object.data.as_ref().and_then(read),
            demand: demand.map(|text| Demand::parse(text)),
            object,
        }
    }

    /// The version that a write replaces.
    pub(super) fn version(&self) -> &str {
        self.object.metadata.resource_version.as_deref().unwrap_or_default()
    }
}

fn read(data: &Data) -> Option<Keyring> {
    let mut authorities = Certificate::all(&data.get(AUTHORITIES)?.0).into_iter();
    let authority = Pair { certificate: authorities.next()?, key: key(data, AUTHORITY_KEY)? };
    let leaf = pair(data, LEAF, LEAF_KEY)?;
    from_pem(leaf.certificate.pem().as_bytes(), leaf.key.expose().as_bytes()).ok()?;
    Some(Keyring { authority, leaf, next: pair(data, NEXT, NEXT_KEY), retired: authorities.collect() })
}

fn pair(data: &Data, certificate: &str, private: &str) -> Option<Pair> {
    let certificate = Certificate::all(&data.get(certificate)?.0).into_iter().next()?;
    Some(Pair { certificate, key: key(data, private)? })
}

fn key(data: &Data, name: &str) -> Option<PrivateKey> {
    let text = String::from_utf8(data.get(name)?.0.clone()).ok()?;
    Some(PrivateKey::new(text))
}

fn write(keyring: &Keyring, data: &mut Data) {
    let Keyring { authority, leaf, next, retired } = keyring;
    let authorities = std::iter::once(&authority.certificate).chain(retired).map(Certificate::pem).collect();
    let mut put = |name: &str, text: String| data.insert(name.to_owned(), ByteString(text.into_bytes()));
    put(AUTHORITIES, authorities);
    put(AUTHORITY_KEY, authority.key.expose().to_owned());
    put(LEAF, leaf.certificate.pem());
    put(LEAF_KEY, leaf.key.expose().to_owned());
    match next {
        Some(next) => {
            put(NEXT, next.certificate.pem());
            put(NEXT_KEY, next.key.expose().to_owned());
        }
        None => [NEXT, NEXT_KEY].iter().for_each(|name| drop(data.remove(*name))),
    }
}

/// Where the Secret is.
pub(super) struct Store {
    pub(super) api: Api<Secret>,
    pub(super) name: String,
}

impl Store {
    /// Writes a keyring over what was seen, and takes the demand away. False when someone else wrote meanwhile.
    pub(super) async fn save(&self, seen: Option<&Stored>, keyring: &Keyring) -> Result<bool> {
        let mut object = seen.map_or_else(|| self.empty(), |stored| stored.object.clone());
        write(keyring, object.data.get_or_insert_default());
        if let Some(annotations) = &mut object.metadata.annotations {
            annotations.remove(ROTATE);
        }
        let parameters = PostParams::default();
        let written = match seen {
            Some(_) => self.api.replace(&self.name, &parameters, &object).await,
            None => self.api.create(&parameters, &object).await,
        };
        match written {
            Ok(_) => Ok(true),
            Err(kube::Error::Api(status)) if status.code == 409 => Ok(false),
            Err(error) => Err(error).context("cannot write the Secret"),
        }
    }

    fn empty(&self) -> Secret {
        let labels =
            BTreeMap::from([("app.kubernetes.io/managed-by".to_owned(), "policyctl-webhook".to_owned())]);
        Secret {
            metadata: ObjectMeta {
                name: Some(self.name.clone()),
                labels: Some(labels),
                ..ObjectMeta::default()
            },
            type_: Some("kubernetes.io/tls".to_owned()),
            ..Secret::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::authority;
    use super::*;

    fn keyring() -> Keyring {
        let (authority, next) = (authority::new(0, 3600).unwrap(), authority::new(1, 3600).unwrap());
        let leaf = authority::leaf(&authority, &["a.example".to_owned()], 0, 60).unwrap();
        let retired = vec![authority::new(2, 3600).unwrap().certificate];
        Keyring { authority, leaf, next: Some(next), retired }
    }

    #[test]
    fn a_keyring_is_read_as_it_was_written() {
        let (mut data, mut keyring) = (Data::new(), keyring());
        write(&keyring, &mut data);
        assert_eq!(read(&data).unwrap(), keyring);
        keyring.next = None;
        write(&keyring, &mut data);
        assert_eq!(read(&data).unwrap(), keyring);
    }

    #[test]
    fn what_others_put_beside_it_stays() {
        let mut data = Data::from([("theirs".to_owned(), ByteString(b"x".to_vec()))]);
        write(&keyring(), &mut data);
        assert!(data.contains_key("theirs"));
    }

    #[test]
    fn a_leaf_with_another_key_or_half_a_secret_counts_as_nothing() {
        let mut data = Data::new();
        write(&keyring(), &mut data);
        let mut mixed = data.clone();
        mixed.insert(LEAF_KEY.to_owned(), data[AUTHORITY_KEY].clone());
        assert!(read(&mixed).is_none());
        data.remove(AUTHORITY_KEY);
        assert!(read(&data).is_none());
        assert!(read(&Data::new()).is_none());
    }
}
