account.page(async (field) => {
  if (field("password") !== field("again")) throw new Error("The two passwords differ.");
  const { userConfirmed } = await account.register(field("email"), field("password"));
  location.href = (userConfirmed ? "signin.html?email=" : "verify.html?email=") + encodeURIComponent(field("email"));
});
