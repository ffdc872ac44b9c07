"""What runs inside a container besides the code: two small programs for any POSIX shell."""

from __future__ import annotations

# The container's first process, as a user of its own whom the code cannot touch. It waits, and so buries whatever loses
# its parent. Its child reads a line for every execution; when the other end is closed, because the program that started
# the container has ended in whatever way, or when no line comes for long, the container ends (unless it is to be kept).
# To each line it answers how many processes of other users live, how often the kernel has killed one for its memory, and
# what bounds there are on memory and processes: a number, "max", or "unknown".
KEEPER = """\
trap 'exit 0' TERM
trap '' USR1
exec 3<&0
{
  { trap used=1 USR1; while used=; sleep "$IDLE_S"; [ -n "$used" ]; do :; done; kill -s TERM 1; } &
  watch=$!
  while read -r _; do
    kill -s USR1 "$watch"
    living=0
    for process in /proc/[0-9]*; do
      state= owner=
      while read -r key value _; do
        case $key in State:) state=$value;; Uid:) owner=$value;; esac
      done < "$process/status"
      case $state in ''|Z|X) continue;; esac
      [ "$owner" = "$KEEPER_ID" ] || living=$((living + 1))
    done
    starved=0
    for told in /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control; do
      [ -r "$told" ] && while read -r key value; do [ "$key" = oom_kill ] && starved=$value; done < "$told"
    done
    memory=unknown tasks=unknown
    for told in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
      [ -r "$told" ] && read -r memory < "$told"
    done
    for told in /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max; do
      [ -r "$told" ] && read -r tasks < "$told"
    done
    echo "$living $starved $memory $tasks"
  done
  [ -z "$IS_KEPT" ] || wait "$watch"
} <&3 2>/dev/null &
wait $!
"""

# Around each program, as the user of the code: a line to wait for (Podman 4 loses what is printed before it has put the
# two ends together), limits that cannot be raised again, the program, and the end of whatever it has left running.
# `kill -1` reaches all processes of this user in this container but the one that calls it.
RUNNER = """\
read -r _ || exit 137
ulimit -c 0
ulimit -n "$1"; ulimit -f "$2"; ulimit -v "$3"; ulimit -t "$4"
shift 4
exec 4>&2 2>/dev/null </dev/null
"$@" 2>&4 4>&-
code=$?
kill -s KILL -- -1
exit "$code"
"""
END_ALL = "kill -s KILL -- -1"

# Says whether the first argument is a file here, and which of the others is the first that is a program.
FIND_PROGRAM = '[ -f "$1" ] && echo seen; shift; for name; do command -v "$name" && exit 0; done; exit 0'
