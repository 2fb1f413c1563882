//! How the API spells its members, and where members are its callers' own.

/// Maps whose keys belong to whoever wrote them.
/// Source: Amazon ECS API reference, `ContainerDefinition`, `LogConfiguration`, `FirelensConfiguration`,
/// `DockerVolumeConfiguration`.
const MAPS: [&str; 4] = ["dockerLabels", "options", "driverOpts", "labels"];

/// Members that CloudFormation spells otherwise than with a capital in front.
/// Source: AWS CloudFormation user guide, `AWS::ECS::TaskDefinition`.
const IRREGULAR: [(&str, &str); 6] = [
    ("EFSVolumeConfiguration", "efsVolumeConfiguration"),
    ("FilesystemId", "fileSystemId"),
    ("FSxWindowsFileServerVolumeConfiguration", "fsxWindowsFileServerVolumeConfiguration"),
    ("IAM", "iam"),
    ("ProxyConfigurationProperties", "properties"),
    ("S3FilesVolumeConfiguration", "s3filesVolumeConfiguration"),
];

/// Whether a member's value is a map from its callers' own keys to texts.
pub(crate) fn is_map(member: &str) -> bool {
    MAPS.contains(&member)
}

/// A member as the API spells it.
pub(crate) fn member(key: &str) -> String {
    if let Some((_, spelled)) = IRREGULAR.iter().find(|(irregular, _)| *irregular == key) {
        return (*spelled).to_owned();
    }
    let mut letters = key.chars();
    match letters.next() {
        Some(first) => first.to_ascii_lowercase().to_string() + letters.as_str(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_spelled_as_the_api_spells_them() {
        for (written, spelled) in [
            ("ContainerDefinitions", "containerDefinitions"),
            ("cpu", "cpu"),
            ("EFSVolumeConfiguration", "efsVolumeConfiguration"),
            ("", ""),
        ] {
            assert_eq!(member(written), spelled);
        }
    }
}
