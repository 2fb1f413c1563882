//! What is said and how it ends, for each folder in `cmd`.

#[test]
fn every_folder_gives_its_output() {
    trycmd::TestCases::new().case("tests/cmd/*.toml");
}
