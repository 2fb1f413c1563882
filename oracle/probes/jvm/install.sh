#!/bin/sh
# Usage: install.sh POM PROBE. Fetches what the POM names, compiles the probe, and keeps an archive of
# the classes that it loads, which halves the time of a start.
set -eu
source=$PWD/src
mkdir -p "$CLIENT_CACHE/classes"
mvn -q -B -f "poms/$1.xml" "-Dclient.version=$CLIENT_VERSION" \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies \
  -DincludeScope=runtime "-DoutputDirectory=$CLIENT_CACHE/lib" < /dev/null > /dev/null
cd "$CLIENT_CACHE"
javac -d classes -cp 'lib/*' "$source/Answer.java" "$source/$2.java"
jar --create --file probe.jar -C classes .
rm -f classes.jsa
cat > jvm.arguments <<END
-XX:TieredStopAtLevel=1
-XX:+UseSerialGC
-XX:-UsePerfData
-Xshare:auto
-cp $(printf '%s:' "$CLIENT_CACHE/probe.jar" $(ls -d "$CLIENT_CACHE"/lib/*.jar | LC_ALL=C sort))
END
# The run that shows which classes are loaded asks web identity and metadata, so it gets a network without any route.
env -i HOME=/nonexistent AWS_REGION=us-east-1 AWS_ROLE_ARN=arn:aws:iam::111122223333:role/example \
  AWS_WEB_IDENTITY_TOKEN_FILE="$CLIENT_CACHE/jvm.arguments" \
  unshare --net java -XX:ArchiveClassesAtExit=classes.jsa -Xlog:cds=off -Xlog:cds+dynamic=off @jvm.arguments "$2" > /dev/null 2>&1
echo "-XX:SharedArchiveFile=$CLIENT_CACHE/classes.jsa" >> jvm.arguments
printf '%s\n' "$CLIENT_VERSION" > installed
