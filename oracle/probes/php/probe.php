<?php
// Asks the default chain of the AWS SDK for PHP.

use Aws\Credentials\CredentialProvider;
use Aws\Exception\CredentialsException;

require $argv[1] . '/autoload.php';

function ask(): array
{
    try {
        $found = CredentialProvider::defaultProvider()()->wait();
        return ['credentials' => ['access_key_id' => $found->getAccessKeyId()]];
    } catch (CredentialsException $e) {
        return ['none' => $e->getMessage()];
    } catch (Exception $e) {
        return ['error' => get_class($e) . ': ' . $e->getMessage()];
    }
}

echo "\n", json_encode(ask(), JSON_INVALID_UTF8_SUBSTITUTE), "\n";
