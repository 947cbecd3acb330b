declare module '*.module.css' {
  const names: Readonly<Record<string, string>>;
  // biome-ignore lint/style/noDefaultExport: the form in which a CSS module is imported.
  export default names;
}
declare module '*.css';
