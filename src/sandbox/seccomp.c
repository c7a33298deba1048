/*
 * System calls that are denied inside a sandbox.
 *
 * The namespaces hold a program in; this keeps it away from parts of the kernel that are large, seldom used and
 * often the way out: further namespaces, mounts, tracing, keys, bpf, io_uring. What a program may well try and
 * do without gets ENOSYS (clone3, io_uring), the rest EPERM.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "sandbox/inside.h"

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#else
#error "The sandbox knows x86-64 and arm64 only."
#endif

static const int missing[] = {
	SYS_clone3,
	SYS_io_uring_setup,
	SYS_io_uring_enter,
	SYS_io_uring_register,
	SYS_userfaultfd,
	/* Memory that belongs to no process, and so to nobody's limit. */
	SYS_memfd_create,
	SYS_memfd_secret,
	SYS_shmget,
	SYS_msgget,
};
static const int refused[] = {
	SYS_unshare,
	SYS_setns,
	SYS_mount,
	SYS_umount2,
	SYS_pivot_root,
	SYS_chroot,
	SYS_open_tree,
	SYS_move_mount,
	SYS_fsopen,
	SYS_fsconfig,
	SYS_fsmount,
	SYS_fspick,
	SYS_mount_setattr,
	SYS_ptrace,
	SYS_process_vm_readv,
	SYS_process_vm_writev,
	SYS_kcmp,
	SYS_keyctl,
	SYS_add_key,
	SYS_request_key,
	SYS_bpf,
	SYS_perf_event_open,
	SYS_kexec_load,
	SYS_init_module,
	SYS_finit_module,
	SYS_delete_module,
	SYS_open_by_handle_at,
	SYS_name_to_handle_at,
	SYS_fanotify_init,
	SYS_quotactl,
	SYS_swapon,
	SYS_swapoff,
	SYS_reboot,
	SYS_acct,
	SYS_syslog,
	SYS_vhangup,
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
enum { FILTER_MAX = 16 + 2 * (COUNT(missing) + COUNT(refused)) };
/* Where new namespaces would be asked for: clone's flags. */
#define NAMESPACES                                                                                 \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |             \
	 CLONE_NEWPID | CLONE_NEWNET)
#define X32_BIT 0x40000000

struct filter {
	struct sock_filter at[FILTER_MAX];
	unsigned short n;
};

static void add(struct filter *f, unsigned code, unsigned k, unsigned char yes, unsigned char no)
{
	f->at[f->n++] = (struct sock_filter){ (unsigned short)code, yes, no, k };
}

static void answer_if(struct filter *f, int call, int error)
{
	add(f, BPF_JMP | BPF_JEQ | BPF_K, (unsigned)call, 0, 1);
	add(f, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error, 0, 0);
}

bool seccomp_enter(void)
{
	struct filter f = { .n = 0 };
	struct sock_fprog program = { 0, f.at };

	add(&f, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch), 0, 0);
	add(&f, BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0);
	add(&f, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
	add(&f, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
	add(&f, BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1);
	add(&f, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS, 0, 0);
	for (size_t i = 0; i < COUNT(missing); i++)
		answer_if(&f, missing[i], ENOSYS);
	for (size_t i = 0; i < COUNT(refused); i++)
		answer_if(&f, refused[i], EPERM);
	add(&f, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3);
	add(&f, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0]), 0, 0);
	add(&f, BPF_JMP | BPF_JSET | BPF_K, NAMESPACES, 0, 1);
	add(&f, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM, 0, 0);
	add(&f, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
	program.len = f.n;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}
