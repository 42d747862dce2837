#!/bin/sh
# Print the users of Valkey, one for each part, with the passwords of VALKEY_PASSWORD_*: a file for `aclfile`. The parts need no other command.
#
# The public site counts its limits and its response times, remembers ended reports and queues tasks. It reads no queue, and queues nothing for the worker `sealed`.
set -eu

# A client's commands before any other. Every transaction (MULTI) is checked command by command, and so is every script.
client='resetchannels -@all +auth +hello +ping +select +client|setinfo +client|setname +multi +exec +discard'
# A queue is a list with the name of the queue. Celery reads the bindings of the queue before it publishes.
publish='(+sadd +smembers ~_kombu.binding*.celery ~_kombu.binding*.outside) (+lpush +llen ~celery ~outside) (+llen %R~celery* %R~outside*)'
publish_sealed='(+sadd +smembers ~_kombu.binding*.sealed) (+lpush +llen ~sealed) (+llen %R~sealed*)'
limits='(+eval +evalsha +script|load +incrby +expire ~limit:*)'
# The ends of unfinished reports.
marks='(+set +get ~mark:*)'
heartbeats='(+mget %R~clicksafely:heartbeat:*)'
# Messages in progress; the names of all lists of a queue begin with its name, for priorities.
consume='(+hset +hget +hdel +hlen +zadd +zrem +zrange ~unacked ~unacked_index)
    (+set +get +del +expire +eval +evalsha +script|load ~unacked_mutex) (+watch +unwatch ~unacked ~unacked_index ~unacked_mutex)'

user() {
    name=$1
    shift
    password=$(printenv "VALKEY_PASSWORD_$(printf '%s' "$name" | tr '[:lower:]' '[:upper:]')") || {
        echo "VALKEY_PASSWORD_* of the part $name is missing." >&2
        exit 1
    }
    digest=$(printf '%s' "$password" | sha256sum | cut -d ' ' -f 1)
    # shellcheck disable=SC2086
    echo user "$name" on "#$digest" $client "$@"
}

# For health checks, which have no password.
echo user default on nopass resetchannels -@all +ping
# shellcheck disable=SC2086
{
    user public $publish $limits $marks $heartbeats '(+hincrby ~clicksafely:latency:public)'
    user staff $publish $publish_sealed $limits $heartbeats '(+hincrby ~clicksafely:latency:staff)' \
        '(+hgetall %R~clicksafely:latency:*)' '(+lindex %R~celery %R~outside %R~sealed)' '(+hlen %R~unacked)' '+config|get'
    user worker $publish $publish_sealed $heartbeats $consume '(+brpop +rpush +rpop ~celery*)' '(+set ~clicksafely:heartbeat:worker)'
    user sealed $publish $publish_sealed $heartbeats $consume '(+brpop +rpush +rpop ~sealed*)' '(+set ~clicksafely:heartbeat:sealed)'
    user outside $publish $publish_sealed $heartbeats $consume '(+brpop +rpush +rpop ~outside*)' '(+set ~clicksafely:heartbeat:outside)'
    user beat $publish $publish_sealed '(+set ~clicksafely:heartbeat:beat)'
}
