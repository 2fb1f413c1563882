# Asks the default chain of the AWS SDK for Ruby. The chain's own class is used, since a client refuses to
# start without a region before it looks for credentials.

require 'json'
require 'aws-sdk-core'

def ask
  found = Aws::CredentialProviderChain.new.resolve
  return { none: 'the chain gave no provider' } unless found

  { credentials: { access_key_id: found.credentials.access_key_id } }
rescue StandardError => e
  { error: "#{e.class}: #{e.message}" }
end

puts JSON.generate(ask)
