"""Hostile programs: each tries one way out, and returns something true if it got through.

They are the bodies of functions, run by `hostile_world`; the upper-case names in them are facts of that world.
"""

from __future__ import annotations

from textwrap import dedent
from typing import NamedTuple


class Hostile(NamedTuple):
    """A program.

    Attributes:
        name: in words of a file name.
        body: of a function.
        is_control: it is harmless enough to be run uncontained, to see that its canary tells.
    """

    name: str
    body: str
    is_control: bool = False


def _programs(text: str, *, is_control: bool = False) -> list[Hostile]:
    """Read programs that are separated by lines `# -- name`."""
    found: list[Hostile] = []
    for part in dedent(text).split("# -- ")[1:]:
        name, _, body = part.partition("\n")
        found.append(Hostile(name.strip(), body.rstrip() + "\n", is_control))
    return found


READING = _programs(
    """\
    # -- read_ssh_key
    return open(f"{HOME}/.ssh/id_ed25519").read()
    # -- read_cloud_credentials
    return open(f"{HOME}/.aws/credentials").read()
    # -- read_key_with_the_shell
    return subprocess.run(["sh", "-c", f"cat {HOME}/.ssh/*"], capture_output=True).stdout
    # -- read_key_through_ones_own_root
    return open(f"/proc/self/root/../..{HOME}/.ssh/id_ed25519").read()
    # -- read_key_through_a_symlink
    os.symlink(f"{HOME}/.ssh/id_ed25519", "innocent.txt")
    return open("innocent.txt").read()
    # -- read_key_through_a_hard_link
    os.link(f"{HOME}/.ssh/id_ed25519", "hard.txt")
    return open("hard.txt").read()
    # -- read_a_neighbour_of_the_work_dir
    return open("../neighbour/plan.txt").read()
    # -- list_above_the_work_dir
    return set(os.listdir("..")) - {os.path.basename(os.getcwd())}
    # -- climb_by_directory_handles
    handle = os.open(".", os.O_RDONLY)
    for _ in range(40):
        handle = os.open("..", os.O_RDONLY, dir_fd=handle)
    return open(os.open(HOME.lstrip("/") + "/.ssh/id_ed25519", os.O_RDONLY, dir_fd=handle)).read()
    # -- see_another_process
    return "CANARY" in "".join(texts("/proc/[0-9]*/cmdline"))
    # -- read_keys_in_environments
    return "CANARY" in "".join(texts("/proc/[0-9]*/environ")) or [k for k, v in os.environ.items() if "CANARY" in v]
    """,
    is_control=True,
) + _programs(
    """\
    # -- find_key_on_the_whole_disk
    command = "find / -xdev -name id_ed25519 -newermt 2020-01-01; find /tmp /var /home /root -name id_ed25519"
    return subprocess.run(["sh", "-c", command], capture_output=True).stdout
    # -- read_key_through_the_root_of_process_1
    return open(f"/proc/1/root{HOME}/.ssh/id_ed25519").read()
    # -- read_the_shadow_file
    return open("/etc/shadow").read()
    # -- read_the_hosts_settings
    return [name for name in ("/etc/hostname", "/etc/machine-id", "/etc/sudoers", "/etc/ssh") if os.path.exists(name)]
    # -- see_accounts_of_the_host
    return {line.split(":")[0] for line in open("/etc/passwd")} - {"user"}
    # -- use_descriptors_that_were_left_open
    return [number for number in range(3, 400) if is_open(number)]
    # -- list_run
    return os.listdir("/run")
    # -- list_sys
    return os.listdir("/sys")
    # -- read_the_kernels_memory
    return [name for name in ("/dev/mem", "/dev/kmem", "/dev/port", "/proc/kcore", "/proc/kmem") if can_read(name)]
    # -- read_the_kernels_log
    return can_read("/dev/kmsg") or can_read("/proc/kmsg") or subprocess.run("dmesg", capture_output=True).stdout
    # -- find_a_disk
    return [name for name in os.listdir("/dev") if stat.S_ISBLK(os.stat(f"/dev/{name}").st_mode)]
    # -- read_the_memory_of_process_1
    return open("/proc/1/mem", "rb").read(1) or True
    # -- see_more_processes_than_ones_own
    own = {"1", str(os.getpid()), str(os.getppid()), SUPERVISED}
    return [name for name in os.listdir("/proc") if name.isdigit() and name not in own]
    """
)

WRITING = _programs(
    """\
    # -- write_outside
    open(f"{OUTSIDE}/write_outside", "w").write("x")
    # -- write_outside_with_the_shell
    os.system(f"echo x > {OUTSIDE}/write_outside_with_the_shell")
    # -- write_outside_through_a_symlink
    os.symlink(OUTSIDE, "out")
    open("out/write_outside_through_a_symlink", "w").write("x")
    # -- rename_out
    open("here", "w").write("x")
    os.rename("here", f"{OUTSIDE}/rename_out")
    # -- write_beside_the_work_dir
    open("../beside", "w").write("x")
    # -- leave_something_in_tmp
    open("/tmp/" + MARK, "w").write("x")
    """,
    is_control=True,
) + _programs(
    """\
    # -- write_outside_through_process_1
    open(f"/proc/1/root{OUTSIDE}/write_outside_through_process_1", "w").write("x")
    # -- replace_a_program
    open("/usr/bin/env", "r+")
    return True
    # -- plant_a_module_in_the_interpreter
    import sysconfig
    open(os.path.join(sysconfig.get_path("purelib"), MARK + ".pth"), "w").write("import os")
    return True
    # -- change_a_module_of_the_interpreter
    open(os.__file__, "r+")
    return True
    # -- change_the_interpreter
    open(os.path.realpath(sys.executable), "r+")
    return True
    # -- plant_a_scheduled_command
    os.makedirs("/etc/cron.d", exist_ok=True)
    open("/etc/cron.d/" + MARK, "w").write("x")
    return True
    # -- change_the_library_path
    open("/etc/ld.so.preload", "w").write("/tmp/evil.so")
    return True
    # -- make_a_directory_at_the_root
    os.mkdir("/" + MARK)
    return True
    # -- fill_dev
    open("/dev/" + MARK, "w").write("x")
    return True
    # -- rename_the_work_dir
    os.rename(os.getcwd(), os.getcwd() + ".old")
    return True
    # -- remove_the_work_dir
    os.rmdir(os.getcwd())
    return True
    # -- change_its_own_source
    open(__file__, "w").write("x")
    return True
    # -- set_user_id_by_chmod
    open("suid", "w").close()
    os.chmod("suid", 0o4755)
    return os.stat("suid").st_mode & 0o4000
    # -- set_group_id_by_fchmod
    with open("sgid", "w") as file:
        os.fchmod(file.fileno(), 0o2755)
    return os.stat("sgid").st_mode & 0o2000
    # -- set_user_id_by_open
    os.close(os.open("suid2", os.O_CREAT | os.O_WRONLY, 0o4755))
    return os.stat("suid2").st_mode & 0o4000
    # -- make_a_disk_device
    os.mknod("disk", 0o600 | stat.S_IFBLK, os.makedev(8, 0))
    return True
    # -- make_a_memory_device
    os.mknod("memory", 0o600 | stat.S_IFCHR, os.makedev(1, 1))
    return True
    # -- give_a_file_to_root
    open("gift", "w").close()
    os.chown("gift", 0, 0)
    return True
    # -- give_a_file_capabilities
    open("able", "w").close()
    os.setxattr("able", "security.capability", bytes.fromhex("0100000200200000000000000000000000000000"))
    return True
    # -- change_kernel_settings
    return [name for name in ("core_pattern", "modprobe", "randomize_va_space") if can_write("/proc/sys/kernel/" + name)]
    # -- write_sysrq
    os.write(os.open("/proc/sysrq-trigger", os.O_WRONLY), b"h")
    return True
    # -- mount_the_host_by_program
    return subprocess.run(["mount", "--bind", "/usr", "/tmp"], capture_output=True).returncode == 0
    # -- remount_the_system_writable
    return subprocess.run(["mount", "-o", "remount,rw", "/usr"], capture_output=True).returncode == 0
    """
)

NETWORK = _programs(
    """\
    # -- connect_to_loopback
    socket.create_connection(("127.0.0.1", PORT), 2)
    # -- connect_to_any_address
    socket.create_connection(("0.0.0.0", PORT), 2)
    # -- connect_from_a_child
    subprocess.run([sys.executable, "-c", f"import socket; socket.create_connection(('127.0.0.1', {PORT}), 2)"])
    # -- connect_with_bash
    subprocess.run(["bash", "-c", f"echo > /dev/tcp/127.0.0.1/{PORT}"])
    # -- send_a_datagram
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", DATAGRAM_PORT))
    # -- connect_to_a_unix_socket
    socket.socket(socket.AF_UNIX).connect(UNIX_SOCKET)
    # -- connect_to_an_abstract_socket
    socket.socket(socket.AF_UNIX).connect(ABSTRACT_SOCKET)
    """,
    is_control=True,
) + _programs(
    """\
    # -- see_interfaces
    return [name for _, name in socket.if_nameindex() if name != "lo"]
    # -- resolve_a_name
    return socket.getaddrinfo("example.com", 80)
    # -- reach_out
    socket.create_connection(("192.0.2.1", 80), 2)
    return True
    # -- open_a_raw_socket
    socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    return True
    # -- open_a_packet_socket
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    return True
    # -- open_a_virtual_machine_socket
    socket.socket(40, socket.SOCK_STREAM)
    return True
    # -- open_a_kernel_crypto_socket
    socket.socket(38, socket.SOCK_SEQPACKET)
    return True
    # -- open_a_bluetooth_socket
    socket.socket(31, socket.SOCK_RAW)
    return True
    # -- use_an_agent
    return [name for name in os.environ if name.endswith(("_SOCK", "_SOCKET", "DISPLAY", "_ADDRESS"))]
    """
)

RIGHTS = _programs(
    """\
    # -- become_root
    os.setuid(0)
    return True
    # -- become_another_user
    os.setreuid(1234, 1234)
    return True
    # -- join_a_group
    os.setgroups([0])
    return True
    # -- have_capabilities
    held = [line for line in open("/proc/self/status") if line.startswith(("CapEff", "CapPrm", "CapBnd", "CapAmb"))]
    return [line for line in held if int(line.split()[1], 16)]
    # -- gain_rights_from_a_program
    return "NoNewPrivs:\\t1" not in open("/proc/self/status").read()
    # -- own_files_as_root
    open("mine", "w").close()
    # -- use_sudo
    return subprocess.run(["sh", "-c", "sudo -n true || su -c true"], capture_output=True).returncode == 0
    # -- make_a_user_namespace
    return subprocess.run(["unshare", "-Ur", "true"], capture_output=True).returncode == 0
    # -- join_the_namespaces_of_process_1
    return subprocess.run(["nsenter", "-t", "1", "-m", "true"], capture_output=True).returncode == 0
    # -- raise_its_own_limits
    import resource
    kinds = [resource.RLIMIT_NPROC, resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE, resource.RLIMIT_AS]
    return [kind for kind in kinds if resource.getrlimit(kind)[1] == resource.RLIM_INFINITY]
    # -- raise_its_own_priority
    os.nice(-5)
    return True
    # -- escape_the_killer_of_the_memory_hungry
    os.write(os.open("/proc/self/oom_score_adj", os.O_WRONLY), b"-1000")
    return True
    # -- have_a_terminal
    os.open("/dev/tty", os.O_RDWR)
    return True
    # -- type_into_a_terminal
    import fcntl
    for number in (0, 1, 2):
        try:
            fcntl.ioctl(number, 0x5412, b"x")
            return True
        except OSError:
            pass
    # -- type_into_a_terminal_of_its_own
    import fcntl, pty
    _, slave = pty.openpty()
    fcntl.ioctl(slave, 0x5412, b"x")
    return True
    # -- read_what_is_typed
    return os.read(0, 1)
    """
)

KILLING = _programs(
    """\
    # -- kill_a_process_of_the_host
    os.kill(VICTIM, 9)
    """,
    is_control=True,
) + _programs(
    """\
    # -- signal_through_a_process_handle
    signal.pidfd_send_signal(os.pidfd_open(VICTIM), 9)
    return True
    # -- kill_the_group_of_the_framework
    os.killpg(os.getpgid(VICTIM), 9)
    return True
    # -- trace_a_process_of_the_host
    return ctypes.CDLL(None).ptrace(16, VICTIM, 0, 0) == 0
    """
)

# Calls to the kernel that must be refused before their arguments are looked at: name, number on x86-64 and arm64.
CALLS = (
    ("add_key", 248, 217), ("request_key", 249, 218), ("keyctl", 250, 219), ("bpf", 321, 280), ("ptrace", 101, 117),
    ("io_uring_setup", 425, 425), ("io_uring_enter", 426, 426), ("io_uring_register", 427, 427),
    ("process_vm_readv", 310, 270), ("process_vm_writev", 311, 271), ("pidfd_getfd", 438, 438), ("kcmp", 312, 272),
    ("perf_event_open", 298, 241), ("userfaultfd", 323, 282), ("fanotify_init", 300, 262), ("init_module", 175, 105),
    ("finit_module", 313, 273), ("delete_module", 176, 106), ("kexec_load", 246, 104), ("mount", 165, 40),
    ("umount2", 166, 39), ("pivot_root", 155, 41), ("chroot", 161, 51), ("fsopen", 430, 430), ("open_tree", 428, 428),
    ("move_mount", 429, 429), ("mount_setattr", 442, 442), ("unshare", 272, 97), ("setns", 308, 268),
    ("open_by_handle_at", 304, 265), ("name_to_handle_at", 303, 264), ("swapon", 167, 224), ("quotactl", 179, 60),
    ("reboot", 169, 142), ("acct", 163, 89), ("syslog", 103, 116), ("sethostname", 170, 161),
    ("setdomainname", 171, 162), ("settimeofday", 164, 170), ("clock_settime", 227, 112), ("adjtimex", 159, 171),
    ("clone3", 435, 435), ("openat2", 437, 437), ("memfd_create", 319, 279), ("memfd_secret", 447, 447),
    ("shmget", 29, 194), ("fchmodat2", 452, 452))  # fmt: skip

ALL = [*READING, *WRITING, *NETWORK, *RIGHTS, *KILLING,
       *(Hostile(f"call_{name}", f"return was_looked_at({x86}, {arm})\n") for name, x86, arm in CALLS),
       Hostile("call_clone_into_new_namespaces", "return was_looked_at(56, 220, 0x10000000)\n"),
       Hostile("call_of_the_old_32_bit_kind", "return X86 and was_looked_at(0x40000000 + 39, 0)\n")]  # fmt: skip

ONE_OF_EACH_KIND = [kind[0] for kind in (READING, WRITING, NETWORK, RIGHTS, KILLING)]
