// What starts `l2i run` every minute: a line of a crontab, or a service of systemd and its timer. Pure.

/** A file that `l2i init` writes beside the multibrain. */
export interface ScheduleFile {
  readonly name: string;
  readonly text: string;
}

/** `command`: program, words, paths absolute, as neither cron nor systemd knows the PATH of a person. */
export function cronFile(command: readonly string[]): ScheduleFile {
  return { name: "l2i.cron", text: `# Made by "l2i init": a line of a crontab.\n${cronLine(command)}\n` };
}

/** cron makes line ends of `%`; the rest is the shell's. */
export function cronLine(command: readonly string[]): string {
  return `* * * * * ${command.map(shellWord).join(" ").replaceAll("%", "\\%")}`;
}

/** As a shell reads it as one word. */
export const shellWord = (word: string): string =>
  /^[\w./:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** `uid`: who the service runs as. */
export function systemdFiles(command: readonly string[], uid: number): ScheduleFile[] {
  const user = uid === 0 ? "" : `User=${uid}\n`;
  return [
    {
      name: "l2i.service",
      text: `# Made by "l2i init"; l2i.timer starts it. What a run says is in the journal: journalctl -u l2i
[Unit]
Description=l2i, what web-server logs gained

[Service]
Type=oneshot
ExecStart=${command.map(systemdWord).join(" ")}
${user}`,
    },
    {
      name: "l2i.timer",
      text: `# Made by "l2i init".
[Unit]
Description=l2i every minute

[Timer]
OnCalendar=minutely
AccuracySec=1s

[Install]
WantedBy=timers.target
`,
    },
  ];
}

/** In quotes, with what systemd would put values in for doubled. */
function systemdWord(word: string): string {
  return /^[\w./:@+,-]+$/.test(word) ? word : `"${word.replaceAll(/["\\]/g, "\\$&").replaceAll(/[%$]/g, "$&$&")}"`;
}
